from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_order_line(self):
        """A part that comes with a kit has its share of what was agreed for the kit."""
        own = super()._backflush_order_line()
        line = self.purchase_line_id or self.origin_returned_move_id.purchase_line_id
        if own or not line:
            return own
        parts = line._backflush_bought_parts()
        return line if any(p.product == self.product_id for p in parts) else own
