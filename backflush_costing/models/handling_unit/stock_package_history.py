from odoo import models

from ...engine.handling_unit import Event, changes, settle
from ...engine.numbers import ZERO

# Before everything that is known to have happened.
BEGINNING = (0, 0)


class StockPackage(models.Model):
    """What the history of a unit comes to, whatever order its reports arrive in.

    The documents say what was done so far, the engine what should have been; the
    difference is carried out: what a later event had taken is given back to an earlier
    one that arrives after it. Each life of the unit (from one report that it is empty
    to the next, see :meth:`_backflush_life_at`) is settled by itself.
    """

    _inherit = "stock.package"

    def _backflush_history(self, life=None):
        """Reports about a life of this unit, taken back ones left out.

        :param int life: the present one, if not given
        """
        life = self.backflush_life if life is None else life
        return self.sudo().backflush_log_ids.filtered(
            lambda log: (
                log.kind in ("consumption", "empty")
                and log.life == life
                and log.state != "reversed"
            )
        )

    def _backflush_settled(self, product, history):
        """``{report: exact quantity}`` that was taken out of the unit so far."""
        return {log: log._taken_of(product) for log in history}

    def _backflush_supply(self, product, life, settled):
        """What a life of this unit had of a product, exact.

        Of the present one: what is free in it now, less what is left of former lives,
        and what its reports have taken.
        """
        taken = sum(settled.values(), ZERO)
        if life != self.backflush_life:
            return taken + self._backflush_kept(product, life)
        former = self._backflush_ends() - self._backflush_ends(life)
        kept = sum((max(end._kept_of(product), ZERO) for end in former), ZERO)
        free = sum(self._backflush_free_stock(product).values(), ZERO)
        return max(free - kept, ZERO) + taken

    def _backflush_target_of(self, product, history, life=None, new=None):
        """``{report: exact quantity}`` that each should have taken.

        :param history: reports of one life
        :param int life: that life; the present one, if not given
        :param new: ``{report: quantity}`` of a consumption that is about to be issued
        """
        life = self.backflush_life if life is None else life
        settled = self._backflush_settled(product, history)
        supply = self._backflush_supply(product, life, settled)
        events = [Event(0, BEGINNING, "filling", supply)]
        moments = history._moments()
        for log in history:
            quantity = (new or {}).get(log)
            if quantity is None:
                quantity = log._demand_of(product)
            events.append(log._as_event(moments[log], quantity))
        found = settle(events)
        return {log: found[log.id] for log in history if log.id in found}

    def _backflush_free_stock(self, product):
        """``{quant: free quantity}`` of a product in this unit."""
        stock = self._backflush_own_stock(product)
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

    def _backflush_help_out(self, history):
        """Take what this unit does not hold from beside it, where that is allowed."""
        for log in history.filtered(lambda own: own.shortage == "loose"):
            log._line()._open_in(self)._issue_beside(self)

    def _backflush_balance(self, product, life=None):
        """Bring all that was done about a product in line with what happened."""
        life = self.backflush_life if life is None else life
        history = self._backflush_history(life)
        settled = self._backflush_settled(product, history)
        supply = self._backflush_supply(product, life, settled)
        targets = self._backflush_target_of(product, history, life)
        self._backflush_give_way(product, targets, settled)
        self._backflush_catch_up(product, targets, settled, history.browse())
        self._backflush_help_out(history)
        self._backflush_keep(product, life, supply)

    def _backflush_balance_all(self, products, life=None):
        for product in products:
            self._backflush_balance(product, life)
