from contextlib import ExitStack

from odoo import api, models

VALUED = {
    *("quantity", "location_id", "location_dest_id", "owner_id", "quant_id", "lot_id"),
}


class StockMoveLine(models.Model):
    """An edited movement changes what core says of every later one."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["stock.move"].browse(
            vals["move_id"] for vals in vals_list if vals.get("move_id")
        )
        with moves._backflush_restating_done():
            return super().create(vals_list)

    def write(self, vals):
        if not VALUED & set(vals):
            return super().write(vals)
        with self.move_id._backflush_restating_done():
            return super().write(vals)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_restating_done(self):
        """Context manager around a change of those of these that are done."""
        stack = ExitStack()
        done = self.filtered(lambda m: m.state == "done")._backflush_at_actual()
        for company, moves in done.grouped("company_id").items():
            stack.enter_context(company._backflush_restating(moves.product_id))
        return stack
