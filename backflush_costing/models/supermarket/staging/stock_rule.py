from odoo import models


class StockRule(models.Model):
    """Documents that a rule makes for a staging say so."""

    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "backflush_cycle_id"]

    def _make_mo_get_domain(self, procurement, bom):
        """An order that ends in another place brings nothing to the line."""
        domain = super()._make_mo_get_domain(procurement, bom)
        if procurement.values.get("backflush_cycle_id"):
            return (*domain, ("location_dest_id", "=", procurement.location_id.id))
        return domain

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        return {
            **super()._push_prepare_move_copy_values(move_to_copy, new_date),
            "backflush_cycle_id": move_to_copy.backflush_cycle_id.id,
        }
