from odoo import models

from ...engine.handling_unit import Event, changes, settle
from ...engine.numbers import ZERO, exact

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


class BackflushHandlingUnitLog(models.Model):
    """One report of a unit's history, as the engine sees it."""

    _inherit = "backflush.handling.unit.log"

    def _as_event(self, quantity):
        """This report as an event of the engine."""
        moment = (int(self.date_event.timestamp()), self.event_sequence)
        whole = self.company_id.backflush_unit_shortage == "all"
        return Event(self.id, moment, self.kind, quantity, whole)

    def _line(self):
        """The component that this consumption was confirmed with."""
        return self.confirmation_id.line_ids[:1]

    def _taken_of(self, product):
        """What this report has taken of a product out of the unit, exact."""
        self.ensure_one()
        if self.kind == "empty":
            return exact(self._residue_of(product))
        if self.product_id != product:
            return ZERO
        return self._line()._issued_from(self.package_id)

    def _demand_of(self, product):
        """What this report needs of a product out of the unit, exact.

        What was worked off from elsewhere, written off or taken back is not asked of
        the unit any more.
        """
        self.ensure_one()
        if self.kind == "empty" or self.product_id != product:
            return ZERO
        line = self._line()
        waiting = line._open_in(self.package_id).mapped("quantity_open")
        return self._taken_of(product) + exact(sum(waiting))

    def _give_back(self, product, quantity):
        """Bring ``quantity`` back into the unit."""
        if self.kind == "empty":
            self._return_residue(product, quantity)
        else:
            self._line()._give_back(self.package_id, quantity)

    def _take_more(self, product, quantity):
        """Take ``quantity`` more out of the unit."""
        if self.kind == "empty":
            self._issue_residue(product, quantity)
        else:
            self._line()._open_in(self.package_id)._issue_from_unit(quantity)
