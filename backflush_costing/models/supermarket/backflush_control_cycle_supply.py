from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.stock.models.stock_rule import ProcurementException

from ..flush.waiting.backflush_error_retry import CONFLICTS

TRIES = 3


class BackflushControlCycle(models.Model):
    """Supply of empty containers through Odoo's own rules."""

    _inherit = "backflush.control.cycle"

    def _supply(self):
        """Order for every empty card that may be ordered for.

        One procurement per card, so that each can be followed to its receipt. A rule
        that refuses puts the card into *error* with the reason; it does not stop the
        other cards.
        """
        for cycle in self.filtered("active"):
            if cycle.minimum_containers > 1:
                # Who signals at the same moment must see this one, and not wait too.
                cycle._take_turn()
            cards = cycle._empty_cards()
            if len(cards) < cycle._enough():
                cards.filtered(lambda c: c.state == "empty")._set_state(
                    "wait", "supply"
                )
                continue
            for card in cards:
                cycle._order_for(card)

    def _empty_cards(self):
        """Cards that ask for supply, who asked first in front."""
        asking = self.kanban_ids.filtered(
            lambda card: (
                card.state in ("empty", "wait")
                and card.card_status == "active"
                and card.in_circulation
            )
        )
        return asking.sorted(lambda card: (card.date_state, card.id))

    def _enough(self):
        """How many empty cards are worth an order: never more than can be empty."""
        circulating = self.kanban_ids.filtered(
            lambda card: card.card_status == "active" and card.in_circulation
        )
        return min(self.minimum_containers, len(circulating))

    def _order_for(self, card):
        """Run the route's rule for one card."""
        due = card._date_wanted()
        quantity = card._order_quantity()
        card._set_state("in_process", "supply")
        card.write(
            {"quantity_on_the_way": quantity, "capacity": quantity, "date_due": due}
        )
        procurement = self._procurement(card, quantity, due)
        try:
            with self.env.cr.savepoint():
                self.env["stock.rule"].run([procurement], raise_user_error=False)
        except (ProcurementException, UserError) as failure:
            card.quantity_on_the_way = 0.0
            card._fail(self._failure_in_words(failure))
            return
        if not card._has_open_supply() and card.state == "in_process":
            card.quantity_on_the_way = 0.0
            card._fail(
                self.env._(
                    "The route %s ordered nothing: check its rules, and the vendor of "
                    "the product where it buys.",
                    self.route_id.display_name,
                )
            )

    def _procurement(self, card, quantity, due):
        """What Odoo's rules are asked for, for one card."""
        return self.env["stock.rule"].Procurement(
            self.product_id,
            quantity,
            self.uom_id,
            self.bin_id,
            card.name,
            card.name,
            self.company_id,
            {
                "route_ids": self.route_id,
                "warehouse_id": self.supply_area_id.warehouse_id,
                "date_planned": due,
                "date_deadline": due,
                "backflush_kanban_id": card.id,
            },
        )

    def _failure_in_words(self, failure):
        if isinstance(failure, ProcurementException):
            return "\n".join(
                str(words) for _procurement, words in failure.procurement_exceptions
            )
        return str(failure)

    @api.model
    def _cron_supply(self):
        """What quantity signals left to the background."""
        self._supply_in_background(self._asking())

    @api.model
    def _asking(self):
        """Loops with cards that may be ordered for."""
        cards = self.env["backflush.kanban"].search(
            [("state", "in", ("empty", "wait")), ("card_status", "=", "active")]
        )
        return cards.cycle_id

    @api.model
    def _supply_in_background(self, groups):
        """Supply group by group, with a commit after each."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(groups))
        for cycles in groups:
            # What somebody else was at stays to be done: the job is called again.
            if cycles.with_company(cycles.company_id)._supply_in_turn():
                cron._commit_progress(1)

    def _supply_in_turn(self):
        """Supply loops, and keep the number of their cards.

        :return: False where others were in the way every time; nothing is changed then
        """
        for _attempt in range(TRIES):
            try:
                self._match_cards()
                self._supply_all()
                self.env.flush_all()
                return True
            except CONFLICTS:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        return False

    def _supply_all(self):
        """Order for what these loops lack, whatever they wait for otherwise."""
        self._supply()
