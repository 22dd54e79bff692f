from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

COMING = ("in_process", "in_transit")


class BackflushControlCycle(models.Model):
    """The cards of a loop: how many, what they hold, when they come and leave."""

    _inherit = "backflush.control.cycle"

    def _cards_wanted(self):
        """How many cards the loop has: one per container."""
        self.ensure_one()
        return self.container_count

    def _card_capacity(self):
        """What is ordered for one card, in the product's unit."""
        self.ensure_one()
        return self.container_quantity

    def _wip_limit(self):
        """The most that containers and what is on the way may hold."""
        self.ensure_one()
        extra = self.kanban_ids.filtered("one_off").mapped("capacity")
        return self.container_quantity * self.container_count + sum(extra)

    def _match_cards(self):
        """As many cards as containers; a surplus leaves once it is empty."""
        cards = self.env["backflush.kanban"].sudo()
        for cycle in self:
            missing = cycle._cards_wanted() - len(cycle._regular_cards())
            cards.create([{"cycle_id": cycle.id} for _n in range(missing)])
            cycle.kanban_ids._retire_surplus()

    def _regular_cards(self):
        """Cards that count: neither one-off nor lost."""
        return self.kanban_ids.filtered(
            lambda card: not card.one_off and card.card_status != "lost"
        )

    def _keeps_limit(self):
        """Whether every card holds, or waits for, no more than one container.

        A surplus after the number was reduced leaves when it is empty; a container of
        another size is one until it is ordered next.
        """
        self.ensure_one()
        regular = self._regular_cards()
        empty = regular.filtered(lambda card: card.state in ("wait", "empty"))
        if empty and len(regular) > self._cards_wanted():
            return False
        return all(
            self.uom_id.compare(
                card.quantity + card.quantity_on_the_way, card._capacity()
            )
            <= 0
            for card in regular
        )

    def _take_turn(self):
        """Of two transactions that decide about the cards, the second starts anew.

        Each would decide from what it sees, and neither sees the other's card.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE backflush_control_cycle SET turn = COALESCE(turn, 0) + 1"
                " WHERE id IN %s",
                tuple(self.ids),
            )
        )

    # -- start, events, end --------------------------------------------------------

    def action_start(self):
        """Put the waiting cards into circulation.

        Stock that is in the bin fills containers; the rest is asked for.

        :return: True
        """
        self._check_planner()
        for cycle in self.sudo():
            left = cycle._on_hand()[cycle] - cycle.quantity_contained
            waiting = cycle.kanban_ids.filtered(lambda card: not card.in_circulation)
            for card in waiting:
                left -= card._start_with(max(left, 0.0))
        self.sudo()._supply()
        return True

    def action_add_one_off(self, quantity=None, event=None, date_needed=None):
        """One card beyond the number, for an event: it leaves when it is empty.

        :param float quantity: what it brings, in the product's unit; a container where
            empty
        :param str event: what it is for
        :param date_needed: when it should be here; after the lead time where empty
        :return: True
        """
        self._check_planner()
        if quantity is not None and any(
            c.uom_id.compare(quantity, 0) <= 0 for c in self
        ):
            raise UserError(self.env._("A card brings more than nothing."))
        cards = self.env["backflush.kanban"].sudo()
        for cycle in self.sudo():
            vals = {
                "cycle_id": cycle.id,
                "one_off": True,
                "capacity": quantity or cycle.container_quantity,
                "event": event,
                "date_due": fields.Datetime.to_datetime(date_needed),
            }
            cards.create(vals)._set_state("empty", "start")
        self.sudo()._supply()
        return True

    def _take_out(self):
        """The cards leave with their loop: what stands in the bin is plain stock.

        :raises UserError: while something is on the way, which names the card
        """
        cards = self.sudo().kanban_ids
        if coming := cards.filtered(lambda card: card.state in COMING):
            raise UserError(
                self.env._(
                    "%(cycle)s: %(card)s is being supplied (%(documents)s). Complete "
                    "or cancel that first.",
                    cycle=coming[0].cycle_id.display_name,
                    card=coming[0].name,
                    documents=coming[0]._documents(),
                )
            )
        for card in cards:
            card.write({"quantity": 0.0, "quantity_on_the_way": 0.0})
            if card.state not in ("empty", "wait"):
                card._set_state("empty", "button")
            if card.state == "empty":
                card._set_state("wait", "button")
        cards.write({"active": False, "in_circulation": False})

    def _bring_back(self):
        """The cards come back with their loop, to be put into circulation again."""
        for cycle in self.sudo().with_context(active_test=False):
            gone = cycle.kanban_ids.filtered(
                lambda c: (
                    not (c.active or c.one_off or c.in_circulation)
                    and c.card_status != "lost"
                )
            )
            left = cycle._regular_cards().filtered("active")
            room = cycle._cards_wanted() - len(left)
            gone.sorted("id")[: max(room, 0)].active = True
