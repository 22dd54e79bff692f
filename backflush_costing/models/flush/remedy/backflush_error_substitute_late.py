from odoo import models

from ....engine.counting import find
from ....engine.numbers import exact


class BackflushError(models.Model):
    """A substitute whose stock was counted after it was used."""

    _inherit = "backflush.error"

    def _substitute_stock(self, substitute, place, lot_id=None):
        """Nothing of what was counted since is what was used."""
        stock = super()._substitute_stock(substitute, place, lot_id)
        counts = self._substitute_counts(substitute)
        return stock.filtered(lambda quant: quant._backflush_key() not in counts)

    def _substitute_counts(self, substitute):
        moves = self.env["stock.move"]
        return moves._backflush_counts_since(substitute, self.event_date)

    def _draw_substitute(self, substitute, used, place, lot_id):
        """What other stock does not meet is found where it was counted since."""
        result = super()._draw_substitute(substitute, used, place, lot_id)
        counts = self._substitute_counts(substitute)
        if not counts or not result.missing:
            return result
        counted = self.env["stock.quant"]._backflush_counted(counts, place, make=True)
        rooms = self._drawable(counted).filtered(
            lambda quant: (
                (lot_id or False) == quant.lot_id.id
                and (substitute.tracking != "serial" or exact(quant.quantity) <= 0)
            )
        )
        done, found = find({self.id: result}, {self.id: rooms.ids})
        if found:
            pool, quantity = found[self.id]
            reason = self.env._("Used before the count, worked off later: %s")
            rooms._backflush_find({rooms.browse(pool): quantity}, reason % self.name)
        return done[self.id]
