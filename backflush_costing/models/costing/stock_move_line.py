from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _update_stock_move_value(self, old_qty_by_ml=None):
        """An edited done move of an order under a policy is posted as edited."""
        res = super()._update_stock_move_value(old_qty_by_ml)
        moves = self.move_id.filtered(
            lambda m: (
                m.state == "done"
                and m._backflush_is_posted_apart()
                and m._backflush_is_recorded()
            )
        )
        orders = moves.raw_material_production_id | moves.production_id
        if orders:
            orders._backflush_post_correction(moves)
        return res
