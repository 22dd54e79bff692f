import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .supermarket_common import SupermarketCommon

HOURS, DAYS = 8, 5
FIRST_HOUR = datetime(2026, 3, 2, 6)
PER_HOUR = 8
"""Lamps made in an hour, on average; each takes ten screws."""
LEAD_HOURS = 3


@tagged("post_install", "-at_install")
class TestSupermarketWeek(SupermarketCommon):
    """A week at one loop: sized by the rule it never starves, a smaller one does."""

    def _week(self, seed, count, quantity):
        """Run it; return the cycle and the orders that ran short."""
        self.dice = random.Random(seed)
        with freeze_time(FIRST_HOUR - timedelta(hours=1)):
            self._put(self.screw, 20000, self.store)
            self._put(self.screw, count * quantity, self.bin)
            cycle = self._cycle(container_count=count, container_quantity=quantity)
            cycle.action_start()
        orders = self.env["mrp.production"]
        for hour in range(HOURS * DAYS):
            with freeze_time(FIRST_HOUR + timedelta(hours=hour)):
                self._bring_what_is_due(cycle)
                orders |= self._produce(self.lamp, self.dice.randint(4, 12))
                cycle._supply()
                self.assertWithinLimit(cycle)
        return cycle, orders.filtered("backflush_error_ids")

    def _bring_what_is_due(self, cycle):
        """The water spider's round: what was ordered a lead time ago is here."""
        due = datetime.now() - timedelta(hours=LEAD_HOURS)
        for card in cycle.kanban_ids:
            if card.state == "in_process" and card.date_state <= due:
                self._scan(card)

    def _sized(self, quantity):
        """Containers by the rule: twelve lamps an hour are the most there is."""
        cycle = self.env["backflush.control.cycle"].new(
            {
                "product_id": self.screw.id,
                "sizing_rule": "reorder_factor",
                "container_quantity": quantity,
                "demand": 10.0 * PER_HOUR,
                "lead_time": LEAD_HOURS + 1,
                "safety": 50,
                "sizing_constant": 1,
            }
        )
        return cycle.proposed_count

    def test_a_loop_sized_by_the_rule_never_starves(self):
        for seed, quantity in ((1, 100), (2, 60)):
            with self.subTest(seed=seed, quantity=quantity):
                count = self._sized(quantity)
                cycle, short = self._week(seed, count, quantity)
                self.assertFalse(short)
                self.assertGreater(len(cycle.kanban_ids.move_ids), 20)
                self.assertProvenStock(cycle)
                self._leave(cycle)

    def test_a_loop_that_is_too_small_starves_and_says_so(self):
        cycle, short = self._week(3, 2, 100)
        self.assertGreater(len(short), 5)
        self.assertFalse(
            self.env["stock.quant"].search(
                [("location_id", "=", self.bin.id), ("quantity", "<", 0)]
            )
        )
        self.assertGreater(sum(short.backflush_error_ids.mapped("quantity_open")), 0)

    def assertProvenStock(self, cycle):
        """The cards hold what the books hold in the bin."""
        self.assertAlmostEqual(
            sum(cycle.kanban_ids.mapped("quantity")),
            self._on_hand(self.screw, self.bin),
        )

    def _leave(self, cycle):
        """The loop of this week goes, and what is left of it."""
        cycle.kanban_ids._open_moves()._action_cancel()
        cycle.active = False
        quants = self.env["stock.quant"].search([("location_id", "=", self.bin.id)])
        quants.with_context(inventory_mode=True).inventory_quantity = 0
        quants.action_apply_inventory()
