from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_is_exchangeable(self):
        """Whether nobody has touched this component line yet."""
        self.ensure_one()
        method, _sep, where = (self.flush_rule or ":").partition(":")
        order = self.raw_material_production_id
        return (
            self.state != "done"
            and self.product_id == self.bom_line_id.product_id
            and "move" not in (method, where)
            and not self.move_orig_ids.filtered(lambda m: m.state != "cancel")
            and not order._backflush_pending_by_move(self)
            and self not in order.move_raw_ids.backflush_substituted_move_id
            and (not self.picked or self._backflush_is_as_planned())
        )

    def _backflush_join_order(self, order, reserved):
        """Confirm component lines that join an order that goes on."""
        self._adjust_procure_method()
        self._action_confirm(merge=False)
        self._trigger_scheduler()
        if reserved:
            self._action_assign()
        if order.qty_producing:
            for move in self.filtered(
                lambda m: not m._should_bypass_set_qty_producing()
            ):
                move._backflush_enter_planned()

    def _backflush_confirmation_line_vals(self, *args, **kwargs):
        """The validity of the line that asked for the component, as a fact."""
        vals = super()._backflush_confirmation_line_vals(*args, **kwargs)
        line = self.bom_line_id
        return {
            **vals,
            "bom_line_valid_from": line.valid_from,
            "bom_line_valid_to": line.valid_to,
        }
