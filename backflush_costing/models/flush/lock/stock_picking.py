from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_confirm(self):
        self._backflush_join()
        return super().action_confirm()

    def action_assign(self):
        self._backflush_join()
        return super().action_assign()

    def button_validate(self):
        self._backflush_join()
        return super().button_validate()

    def _backflush_join(self):
        """Queue like a flush: a transfer that only touched would be retried by Odoo
        with pauses, and give up after five tries at a busy location."""
        self.env["backflush.stock.lock"].sudo()._join(self._backflush_keys())

    def _backflush_keys(self):
        """Hook: ``(product id, location id)`` of all stock that these transfers move.

        An addon by which a transfer moves more (a receipt that completes an order)
        answers with that, too.
        """
        keys = self.move_ids._backflush_guarded_keys()
        for move in self.move_ids:
            for location in (move.location_id, move.location_dest_id):
                if location._backflush_is_guarded():
                    keys.add((move.product_id.id, location.id))
        return keys
