from odoo import models

from ...engine.handling_unit import Event, changes, settle
from ...engine.numbers import ZERO

# Before everything that is known to have happened.
BEGINNING = (0, 0)


class StockPackage(models.Model):
    """What the history of a unit comes to, whatever order its reports arrive in.

    The documents say what was done so far, the engine what should have been; the
    difference is carried out: what a later event had taken is given back to an earlier
    one that arrives after it.
    """

    _inherit = "stock.package"

    def _backflush_history(self):
        """Reports about this unit since it was filled, taken back ones left out."""
        return self.sudo().backflush_log_ids.filtered(
            lambda log: (
                log.kind in ("consumption", "empty")
                and log.life == self.backflush_life
                and log.state != "reversed"
            )
        )

    def _backflush_settled(self, product, history):
        """``{report: exact quantity}`` that was taken out of the unit so far."""
        return {log: log._taken_of(product) for log in history}

    def _backflush_target_of(self, product, history, new=None):
        """``{report: exact quantity}`` that each should have taken.

        :param new: ``{report: quantity}`` of a consumption that is about to be issued
        """
        settled = self._backflush_settled(product, history)
        free = sum(self._backflush_free_stock(product).values(), ZERO)
        supply = free + sum(settled.values(), ZERO)
        events = [Event(0, BEGINNING, "filling", supply)]
        for log in history:
            quantity = (new or {}).get(log)
            if quantity is None:
                quantity = log._demand_of(product)
            events.append(log._as_event(quantity))
        found = settle(events)
        return {log: found[log.id] for log in history if log.id in found}

    def _backflush_free_stock(self, product):
        """``{quant: free quantity}`` of a product in this unit."""
        stock = self._backflush_stock(product)
        free = stock._backflush_free()
        return {quant: max(number, ZERO) for quant, number in free.items()}

    def _backflush_give_way(self, product, targets, settled):
        """Give back what later events had taken of what belongs to earlier ones."""
        for log, change in changes(settled, targets).items():
            if change < ZERO:
                log._give_back(product, -change)

    def _backflush_catch_up(self, product, targets, settled, new):
        """Take for earlier events what is there for them after all."""
        for log, change in changes(settled, targets).items():
            if change > ZERO and log not in new:
                log._take_more(product, change)

    def _backflush_balance(self, product):
        """Bring all that was done about a product in line with what happened."""
        history = self._backflush_history()
        settled = self._backflush_settled(product, history)
        targets = self._backflush_target_of(product, history)
        self._backflush_give_way(product, targets, settled)
        self._backflush_catch_up(product, targets, settled, history.browse())
