from odoo import fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    backflush_is_named = fields.Boolean(
        "Lot Named",
        readonly=True,
        copy=False,
        help="Somebody, or a message, said that it was this lot: nobody picked it by a "
        "rule.",
    )


class StockMove(models.Model):
    """Which lots were named: those that stood there before stock was drawn."""

    _inherit = "stock.move"

    def _backflush_set_draws(self, draws, quants):
        named = self.move_line_ids.lot_id
        res = super()._backflush_set_draws(draws, quants)
        if named:
            self._backflush_note_named(named)
        return res

    def _backflush_note_named(self, lots):
        """Write down that somebody named ``lots``."""
        lines = self.move_line_ids.filtered(lambda line: line.lot_id in lots)
        lines.backflush_is_named = True


class BackflushError(models.Model):
    _inherit = "backflush.error"

    def _link_issue(self, move, allocation):
        """A record that waited for a lot knows it from whoever named it."""
        if self.lot_id:
            move._backflush_note_named(self.lot_id)
        return super()._link_issue(move, allocation)
