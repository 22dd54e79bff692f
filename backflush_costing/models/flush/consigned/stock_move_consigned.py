from odoo import models

from .stock_quant_consigned import OWN_FIRST


class StockMove(models.Model):
    """Components that may be issued from stock of somebody else."""

    _inherit = "stock.move"

    def _backflush_flushes_consigned(self):
        """Whether this component may use stock of somebody else."""
        self.ensure_one()
        order = self.raw_material_production_id
        return order._backflush_flushes_consigned(self.product_id)

    def _backflush_owner_domain(self):
        """Stock of any owner, where one of these components may use it."""
        if any(move._backflush_flushes_consigned() for move in self):
            return []
        return super()._backflush_owner_domain()

    def _backflush_drawable(self, quants):
        if self._backflush_flushes_consigned():
            return quants
        return super()._backflush_drawable(quants)

    def _backflush_own_first(self):
        """This component, told to reserve own stock before that of others."""
        if (
            self.raw_material_production_id._backflush_profile()
            and self._backflush_flushes_consigned()
        ):
            return self.with_context(**{OWN_FIRST: True})
        return self

    def _set_quantity_done_prepare_vals(self, qty):
        if self.raw_material_production_id:
            self = self._backflush_own_first()
        return super()._set_quantity_done_prepare_vals(qty)

    def _update_reserved_quantity_vals(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        if self.raw_material_production_id:
            self = self._backflush_own_first()
        return super()._update_reserved_quantity_vals(
            need, location_id, lot_id, package_id, owner_id, strict
        )

    def _backflush_due_consigned(self):
        """Owed when the product is received; until then: in process."""
        quantities = super()._backflush_due_consigned()
        if self.unbuild_id:
            return quantities
        report = self.sudo().backflush_confirmation_line_id.confirmation_id
        return {owner: report._due(quantity) for owner, quantity in quantities.items()}
