from odoo import api, models


class StockRule(models.Model):
    """Every document that a rule makes knows the card it is for."""

    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "backflush_kanban_id"]

    @api.model
    def _get_procurements_to_merge_groupby(self, procurement):
        return (
            super()._get_procurements_to_merge_groupby(procurement),
            procurement.values.get("backflush_kanban_id"),
        )

    def _make_mo_get_domain(self, procurement, bom):
        """An order is for one card, or for none."""
        card = procurement.values.get("backflush_kanban_id") or False
        return (
            *super()._make_mo_get_domain(procurement, bom),
            ("backflush_kanban_id", "=", card),
        )

    def _prepare_mo_vals(
        self,
        product_id,
        product_qty,
        product_uom,
        location_dest_id,
        name,
        origin,
        company_id,
        values,
        bom,
    ):
        vals = super()._prepare_mo_vals(
            product_id,
            product_qty,
            product_uom,
            location_dest_id,
            name,
            origin,
            company_id,
            values,
            bom,
        )
        if values.get("backflush_kanban_id"):
            vals["backflush_kanban_id"] = values["backflush_kanban_id"]
        if values.get("backflush_kanban_id") or values.get("backflush_cycle_id"):
            # The container is filled where the order ends, not in the store.
            vals["location_dest_id"] = location_dest_id.id
        return vals

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        return {
            **super()._push_prepare_move_copy_values(move_to_copy, new_date),
            "backflush_kanban_id": move_to_copy.backflush_kanban_id.id,
        }
