from odoo import models


class StockMove(models.Model):
    """Stock that arrives wakes up what waits for it."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        arrived = moves.filtered(lambda move: move.state == "done")
        self.env["backflush.error"]._wake_for_stock(
            arrived.company_id, arrived._backflush_arrivals()
        )
        return moves

    def _backflush_arrivals(self):
        """``(product id, location id)`` of each place that stock has come to.

        Stock in a bin is stock of every location that the bin is part of.
        """
        places = set()
        for line in self.move_line_ids:
            target = line.location_dest_id
            if target != line.location_id and target._backflush_is_guarded():
                places.update(
                    (line.product_id.id, int(part))
                    for part in target.parent_path.split("/")
                    if part
                )
        return places
