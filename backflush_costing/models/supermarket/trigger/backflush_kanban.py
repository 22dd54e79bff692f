from datetime import timedelta

from odoo import fields, models


class BackflushKanban(models.Model):
    """What makes a container ask for the next one."""

    _inherit = "backflush.kanban"

    def _is_due(self, taken):
        cycle = self.cycle_id
        if super()._is_due(taken) or self.one_off:
            return super()._is_due(taken)
        match cycle.trigger:
            case "first_withdrawal":
                # In use without having asked: it was on hold.
                return taken or self.state == "in_use"
            case "quantity":
                held = self.quantity
            case "signal":
                held = cycle._held()
            case _:
                return False
        return self.uom_id.compare(held, cycle.trigger_quantity) <= 0

    def _room_for_returns(self):
        """What is left of an opened container stands beside, and so does what returns.

        Its card has left it: put back under the card it would be counted twice when
        the next one comes.
        """
        left_early = self.cycle_id.trigger != "empty" and not self.one_off
        if left_early and self.state in ("empty", "wait"):
            return 0.0
        return super()._room_for_returns()

    def _order_quantity(self):
        """What is ordered for this card: a container, a lot, or what an event asks."""
        self.ensure_one()
        return self._capacity() if self.one_off else self.cycle_id._card_capacity()

    def _date_wanted(self):
        """When its supply should be here: when the event is, else after lead time."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.one_off and self.date_due and self.date_due > now:
            return self.date_due
        return now + timedelta(days=self.cycle_id.lead_time)

    def _start_with(self, stock):
        """Into circulation: full with what is there, or asking.

        :param float stock: what stands in the bin for it, in the product's unit
        :return: how much of it the container holds
        """
        self.ensure_one()
        capacity = self._order_quantity()
        content = min(stock, capacity)
        self.capacity = capacity
        if self.uom_id.is_zero(content):
            self._set_state("empty", "start")
            return 0.0
        self._fill(content)
        self._set_state("full", "start")
        self._signal_if_due()
        return content
