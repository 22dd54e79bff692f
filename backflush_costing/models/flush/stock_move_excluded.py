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

    def _backflush_resolve_anew(self):
        """Method and location by the rules that hold now, for these raw moves.

        What was entered on the component line stays, unless backflush is excluded.
        """
        changed = self.browse()
        for move in self.filtered(lambda m: m.state not in ("done", "cancel")):
            vals = move._backflush_anew_vals()
            if any(
                move._fields[name].convert_to_write(move[name], move) != value
                for name, value in vals.items()
            ):
                move._do_unreserve()
                move.write(vals)
                changed |= move
        changed.filtered(
            lambda m: m.picking_type_id.reservation_method == "at_confirm"
        )._action_assign()

    def _backflush_anew_vals(self):
        """Values of method, rule and location by the rules that hold now."""
        order = self.raw_material_production_id
        vals = order._backflush_rule(
            self.product_id, self.bom_line_id, self.operation_id.id
        )
        if order.picking_type_id.backflush_excluded or not self.flush_rule:
            return vals
        method, _sep, where = (vals["flush_rule"] or ":order").partition(":")
        old_method, _sep, old_where = self.flush_rule.partition(":")
        if old_method == "move":
            method = "move"
            vals["flush_method"] = self.flush_method
        if old_where == "move":
            where = "move"
            vals["location_id"] = self.location_id.id
        if "move" in (method, where):
            vals["flush_rule"] = f"{method}:{where}"
        return vals
