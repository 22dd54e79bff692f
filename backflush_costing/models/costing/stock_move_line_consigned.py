from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _backflush_direction(self):
        """1 into valued stock, -1 out of it, 0 neither."""
        self.ensure_one()
        here = self.location_id._should_be_valued()
        there = self.location_dest_id._should_be_valued()
        return int(bool(there)) - int(bool(here))

    def write(self, vals):
        """Core looks at edits of done movements where they are valued alone."""
        apart = self.browse()
        if not {"quantity", "owner_id"}.isdisjoint(vals):
            apart = self.filtered(
                lambda line: (
                    line.state == "done"
                    and line._should_exclude_for_valuation()
                    and not (line.move_id.is_in or line.move_id.is_out)
                )
            )
        before = {line: line.quantity for line in apart}
        res = super().write(vals)
        if before:
            apart._update_stock_move_value(before)
        return res
