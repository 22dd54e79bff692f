from odoo import fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    backflush_confirmation_id = fields.Many2one(
        related="move_id.backflush_confirmation_id",
        help="Confirmation that issued, or took back, this component.",
    )

    def _backflush_key(self):
        """The stock that this line takes; quants have the same key."""
        return (
            self.product_id.id,
            self.location_id.id,
            self.lot_id.id,
            self.package_id.id,
            self.owner_id.id,
        )

    def _update_stock_move_value(self, old_qty_by_ml=None):
        """An edited issue is a recorded deviation of its confirmation."""
        res = super()._update_stock_move_value(old_qty_by_ml)
        old = old_qty_by_ml or {}
        for line in self:
            confirmed = line.move_id.sudo().backflush_confirmation_line_id
            if confirmed and line.state == "done":
                change = line.product_uom_id._compute_quantity(
                    line.quantity - old.get(line, 0.0), line.product_id.uom_id
                )
                confirmed.deviation_quantity += change
        return res
