from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _backflush_hold(self, sign):
        """Reserve (+1) what these lines take, or give it free (-1), without editing."""
        for line in self:
            line._synchronize_quant(
                sign * line.quantity_product_uom, line.location_id, action="reserved"
            )
