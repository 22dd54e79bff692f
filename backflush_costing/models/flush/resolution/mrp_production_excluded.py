from odoo import models


class MrpProduction(models.Model):
    """The operation type decides whether an order is backflushed at all."""

    _inherit = "mrp.production"

    def write(self, vals):
        """Another operation type: how and from where is looked up anew."""
        changed = self.browse()
        if vals.get("picking_type_id"):
            changed = self.filtered(
                lambda order: order.picking_type_id.id != vals["picking_type_id"]
            )
        res = super().write(vals)
        changed._backflush_resolve_anew()
        return res

    def _backflush_resolve_anew(self):
        """Look method and location of the open components up once more.

        Not on orders that have begun to issue: what left stock went by the old rules.
        """
        orders = self.filtered(
            lambda order: (
                order.state not in ("done", "cancel")
                and not order.sudo().backflush_share_ids
            )
        )
        orders.move_raw_ids._backflush_resolve_anew()
