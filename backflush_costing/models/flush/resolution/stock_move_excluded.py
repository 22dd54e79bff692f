from odoo import api, models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """Components of orders that backflush leaves alone."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        """Whatever a copy brings along: such an order has no flush."""
        for vals in vals_list:
            order = self.env["mrp.production"].browse(
                vals.get("raw_material_production_id") or []
            )
            if order.picking_type_id.backflush_excluded:
                if vals.get("flush_rule"):
                    vals["location_id"] = order.location_src_id.id
                vals.update(flush_method=False, flush_rule=False)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("flush_method"):
            self._backflush_check_excluded()
        return super().write(vals)

    def _backflush_check_excluded(self):
        """Refuse a flush method where the operation type excludes it."""
        kinds = self.raw_material_production_id.picking_type_id
        excluded = kinds.filtered("backflush_excluded")
        if excluded:
            raise UserError(
                self.env._(
                    "%s excludes backflush: components of its orders have no flush "
                    "method. Use another operation type for the order.",
                    ", ".join(excluded.mapped("display_name")),
                )
            )

    def _backflush_keep_edited(self, rule):
        """Nothing that was entered stays where backflush is excluded."""
        if self.raw_material_production_id.picking_type_id.backflush_excluded:
            return rule
        return super()._backflush_keep_edited(rule)
