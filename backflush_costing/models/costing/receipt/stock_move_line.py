from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _update_stock_move_value(self, old_qty_by_ml=None):
        """An edited receipt is posted as edited, on its own day."""
        res = super()._update_stock_move_value(old_qty_by_ml)
        self.move_id.filtered(
            lambda m: (
                m.state == "done"
                and m._backflush_is_posted_receipt()
                and m._backflush_is_recorded()
            )
        )._backflush_post_receipts()
        return res
