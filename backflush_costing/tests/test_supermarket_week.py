import os
import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon

HOURS, DAYS = 8, 5
FIRST_HOUR = datetime(2026, 3, 2, 6)
#: Lamps made in an hour: eight on average, twelve at most.
MOST_PER_HOUR = 12
LEAD_HOURS = 3
# The long form, with more of both: setup/bench kanban.
WEEKS = int(os.environ.get("BACKFLUSH_WEEKS", 1))
REPORTS = int(os.environ.get("BACKFLUSH_REPORTS", 1))


@tagged("post_install", "-at_install")
class TestSupermarketWeek(SupermarketCommon):
    """A week at three loops: sized by the rule they never starve, a smaller one does.

    Screws by the container, bolts that ask at the first piece taken, washers by lots on
    a signal card; each lamp takes ten, four and two.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bolt = cls._product("Bolt", 0.2)
        cls.washer = cls._product("Washer", 0.01)
        cls.lamp.bom_ids.bom_line_ids = [
            Command.create(
                {
                    "product_id": part.id,
                    "product_qty": quantity,
                    "operation_id": cls.lamp.bom_ids.operation_ids.id,
                }
            )
            for part, quantity in ((cls.bolt, 4), (cls.washer, 2))
        ]
        cls.third_bin = cls.bin.copy({"name": "A-03", "barcode": False})

    def _loops(self, screws):
        """The three loops, full; ``screws`` is the number of containers of screws."""
        loops = (
            (self.screw, self.bin, {"container_count": screws}),
            (
                self.bolt,
                self.other_bin,
                {
                    "container_quantity": 60,
                    "container_count": self._sized(4, 60),
                    "trigger": "first_withdrawal",
                },
            ),
            (
                self.washer,
                self.third_bin,
                {
                    "container_quantity": 20,
                    "container_count": 8,
                    "trigger": "signal",
                    "lot_containers": 3,
                    "trigger_quantity": 2 * MOST_PER_HOUR * (LEAD_HOURS + 1),
                },
            ),
        )
        cycles = self.env["backflush.control.cycle"]
        for product, place, vals in loops:
            self._put(product, 20000 * REPORTS, self.store)
            cycle = self._cycle(product_id=product.id, bin_id=place.id, **vals)
            self._put(product, cycle.container_quantity * cycle.container_count, place)
            cycles |= cycle
        cycles.action_start()
        return cycles

    def _sized(self, per_lamp, quantity):
        """Containers by the rule: eight lamps an hour, half of it more at times."""
        cycle = self.env["backflush.control.cycle"].new(
            {
                "product_id": self.screw.id,
                "sizing_rule": "reorder_factor",
                "container_quantity": quantity,
                "demand": per_lamp * 8.0,
                "lead_time": LEAD_HOURS + 1,
                "safety": 50,
                "sizing_constant": 1,
            }
        )
        return cycle.proposed_count

    def _week(self, seed, screws, days=DAYS):
        """Run it; return the cycles and the orders that ran short."""
        self.dice = random.Random(seed)
        with freeze_time(FIRST_HOUR - timedelta(hours=1)):
            cycles = self._loops(screws)
        orders = self.env["mrp.production"]
        for hour in range(HOURS * days):
            with freeze_time(FIRST_HOUR + timedelta(hours=hour)):
                self._bring_what_is_due(cycles)
                for lamps in self._reports():
                    orders |= self._produce(self.lamp, lamps)
                    cycles._supply()
                for cycle in cycles:
                    self.assertWithinLimit(cycle)
        return cycles, orders.filtered("backflush_error_ids")

    def _reports(self):
        """How many lamps each report of this hour says, in pieces or parts of them."""
        lamps = self.dice.randint(4, MOST_PER_HOUR)
        cuts = sorted(self.dice.randint(0, lamps) for _n in range(REPORTS - 1))
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, lamps], strict=True)]
        return [part for part in parts if part]

    def _bring_what_is_due(self, cycles):
        """The water spider's round: what was ordered a lead time ago is here."""
        due = datetime.now() - timedelta(hours=LEAD_HOURS)
        for card in cycles.kanban_ids:
            if card.state == "in_process" and card.date_state <= due:
                self._scan(card)

    def test_loops_sized_by_the_rule_never_starve(self):
        for seed in range(1, WEEKS + 1):
            with self.subTest(seed=seed):
                cycles, short = self._week(seed, self._sized(10, 100))
                self.assertFalse(short)
                self.assertGreater(len(cycles.kanban_ids.move_ids), 40)
                for cycle in cycles:
                    self.assertProvenStock(cycle)
                self._leave(cycles)

    def test_a_loop_that_is_too_small_starves_and_says_so(self):
        _cycles, short = self._week(3, 2, days=2)
        missing = short.backflush_error_ids
        self.assertGreater(len(missing), 2)
        # The screws run short, and nothing else; the books never go below zero.
        self.assertEqual(missing.product_id, self.screw)
        negative = [
            ("location_id", "child_of", self.area.id),
            ("quantity", "<", 0),
        ]
        self.assertFalse(self.env["stock.quant"].search(negative))
        self.assertGreater(sum(missing.mapped("quantity_open")), 0)

    def assertProvenStock(self, cycle):
        """Containers, and what stands beside them, are what the books have."""
        on_hand = self._on_hand(cycle.product_id, cycle.bin_id)
        self.assertAlmostEqual(cycle.quantity_contained + cycle.quantity_loose, on_hand)
        if cycle.trigger == "empty":
            self.assertFalse(cycle.quantity_loose)
        self.assertLessEqual(on_hand + cycle.quantity_on_the_way, cycle.wip_limit)

    def _leave(self, cycles):
        """The loops of this week go, and what is left of it."""
        cycles.kanban_ids._open_moves()._action_cancel()
        cycles.active = False
        places = [("location_id", "child_of", self.area.id)]
        quants = self.env["stock.quant"].search(places)
        quants.with_context(inventory_mode=True).inventory_quantity = 0
        quants.action_apply_inventory()
