import itertools
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.supermarket.backflush_kanban import TRANSITIONS
from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestKanbanSignals(SupermarketCommon):
    """Cards by scan, by button, and by what is consumed."""

    def test_a_scan_orders_the_next_container(self):
        cycle = self._started()
        card = cycle.kanban_ids[0]
        answer = self._scan(card)
        self.assertEqual((answer["done"], answer["state"]), (True, "in_process"))
        self.assertEqual(card.quantity, 0)
        self.assertEqual(card.quantity_on_the_way, 100)
        moved = [(log.state_from, log.state_to) for log in card.log_ids.sorted("id")]
        self.assertEqual(
            moved, [("wait", "full"), ("full", "empty"), ("empty", "in_process")]
        )
        self.assertWithinLimit(cycle)

    def test_a_double_scan_is_ignored(self):
        with freeze_time("2026-03-02 08:00:00"):
            cycle = self._started(signal_lock=2)
        card = cycle.kanban_ids[0]
        with freeze_time("2026-03-02 09:00:00"):
            self.assertTrue(self._scan(card)["done"])
        with freeze_time("2026-03-02 09:01:30"):
            answer = self._scan(card)
            self.assertFalse(answer["done"])
            self.assertIn("ignored", answer["message"])
        self.assertEqual(len(card.move_ids), 1)

    def test_the_second_scan_says_that_it_arrived(self):
        cycle = self._started()
        card = cycle.kanban_ids[0]
        self._scan(card)
        self.assertEqual(self._scan(card)["state"], "full")
        self.assertEqual((card.quantity, card.quantity_on_the_way), (100, 0))
        self.assertEqual(card.move_ids.picking_id.state, "done")
        self.assertWithinLimit(cycle)

    def test_consumption_empties_containers_one_after_the_other(self):
        cycle = self._started()
        self._produce(self.lamp, 3)
        self.assertEqual(self._states(cycle), ["full", "in_use"])
        self.assertEqual(sorted(cycle.kanban_ids.mapped("quantity")), [70.0, 100.0])
        # 90 more: the first one is empty, 20 come out of the second.
        self._produce(self.lamp, 9)
        self.assertEqual(self._states(cycle), ["empty", "in_use"])
        self.assertEqual(sum(cycle.kanban_ids.mapped("quantity")), 80)
        self._background()
        self.assertEqual(self._states(cycle), ["in_process", "in_use"])
        self.assertWithinLimit(cycle)

    def test_a_reversal_fills_what_was_taken_last(self):
        cycle = self._started()
        order = self._produce(self.lamp, 10)
        self.assertEqual(self._states(cycle), ["empty", "full"])
        confirmation = self._as(self.supervisor, order.backflush_confirmation_ids)
        confirmation.action_reverse("Wrong order")
        self.assertEqual(self._states(cycle), ["full", "in_use"])
        self.assertEqual(cycle.quantity_contained, 200)
        self.assertWithinLimit(cycle)

    def test_what_comes_back_for_an_ordered_container_stays_loose(self):
        cycle = self._started()
        order = self._produce(self.lamp, 10)
        self._background()
        self._as(self.supervisor, order.backflush_confirmation_ids).action_reverse("No")
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        self.assertEqual(cycle.quantity_loose, 100)
        self.assertWithinLimit(cycle)

    def test_a_work_off_empties_no_container_that_came_later(self):
        cycle = self._started(content=0)
        with freeze_time(fields.Datetime.now() - timedelta(hours=3)):
            order = self._produce(self.lamp, 1)
        error = order.backflush_error_ids
        self.assertEqual(error.quantity_open, 10)
        self._scan(cycle.kanban_ids[0])
        self._as(self.supervisor, error).action_retry()
        self.assertEqual(error.state, "resolved")
        # The books have 90; the container that arrived after the use is untouched.
        self.assertEqual(self._on_hand(self.screw, self.bin), 90)
        self.assertEqual(cycle.kanban_ids[0].quantity, 100)

    def test_what_was_taken_from_another_bin_empties_that_one(self):
        """A record that is worked off from elsewhere was taken out there, then."""
        now = fields.Datetime.now()
        self._put(self.screw, 1000, self.store)
        other = self._area("Line 2", from_stock=True)
        self._put(self.screw, 15, other)
        with freeze_time(now - timedelta(hours=4)):
            near = self._started(content=0)
            far = self._circulating(other)
        with freeze_time(now - timedelta(hours=3)):
            error = self._produce(self.lamp, 2).backflush_error_ids
        before, later = far.kanban_ids.sorted("quantity", reverse=True)
        self._scan(later)
        self._as(self.supervisor, error).action_issue_from(other.id)
        self.assertEqual(error.state, "resolved")
        # Fifteen were there then; what came later is as it was.
        self.assertEqual((before.quantity, later.quantity), (0, 100))
        self.assertEqual(before.state, "empty")
        self.assertEqual(self._states(near), ["in_process", "in_process"])

    def test_a_substitute_was_taken_from_its_own_container(self):
        now = fields.Datetime.now()
        bolt = self._product("Bolt", 0.2)
        self._put(bolt, 50, self.other_bin)
        with freeze_time(now - timedelta(hours=4)):
            self._started(content=0)
            bolts = self._cycle(product_id=bolt.id, bin_id=self.other_bin.id)
            self._as(self.supervisor, bolts).action_start()
            deviation = self.env["backflush.deviation"].create(
                {
                    "kind": "substitution",
                    "product_id": self.screw.id,
                    "substitute_id": bolt.id,
                    "reason_id": self.ref(
                        "backflush_costing.deviation_reason_shortage"
                    ),
                }
            )
            self._as(self.supervisor, deviation).action_approve()
        with freeze_time(now - timedelta(hours=3)):
            error = self._produce(self.lamp, 2).backflush_error_ids
        self._as(self.supervisor, error).action_substitute(bolt.id, 20)
        self.assertEqual(error.state, "resolved")
        self.assertEqual(sorted(bolts.kanban_ids.mapped("quantity")), [0, 30])

    def test_what_the_books_lacked_has_left_its_container_all_the_same(self):
        cycle = self._started(content=100, container_count=1)
        card = cycle.kanban_ids
        # Ten pieces are in the container, and not in the books.
        self._take_from_the_books(10)
        self._produce(self.lamp, 10)
        self.assertEqual((card.state, card.quantity), ("empty", 0))
        self._background()
        self.assertEqual(card.state, "in_process")

    def test_a_use_that_was_parked_empties_once(self):
        cycle = self._started(content=100, container_count=2)
        first = cycle.kanban_ids.filtered("quantity")
        self._take_from_the_books(95)
        error = self._produce(self.lamp, 1).backflush_error_ids
        self.assertEqual((error.quantity_open, first.quantity), (5, 90))
        self._scan(cycle.kanban_ids - first)
        self._as(self.supervisor, error).action_retry()
        self.assertEqual(error.state, "resolved")
        self.assertEqual(sorted(cycle.kanban_ids.mapped("quantity")), [90, 100])
        self.assertWithinLimit(cycle)

    def _take_from_the_books(self, quantity):
        """The books have less of the bin than its container holds."""
        quants = self.env["stock.quant"].sudo()
        quants._update_available_quantity(self.screw, self.bin, -quantity)

    def test_a_card_on_hold_asks_for_nothing(self):
        cycle = self._started()
        card = cycle.kanban_ids[0]
        self._as(self.operator, card).action_hold()
        with self.assertRaisesRegex(UserError, "hold"):
            self._scan(card)
        self._as(self.operator, card).action_resume()
        self.assertEqual(self._scan(card)["state"], "in_process")

    def test_a_lost_card_is_replaced_and_leaves_when_it_is_found(self):
        cycle = self._started()
        card = cycle.kanban_ids[0]
        self._as(self.operator, card).action_lost()
        self.assertEqual(len(cycle._regular_cards()), 2)
        self.assertEqual(self._states(cycle), ["empty", "full", "full"])
        self.assertEqual(cycle.quantity_contained, 200)
        self._as(self.operator, card).action_resume()
        self.assertFalse(card.active)
        self.assertWithinLimit(cycle)

    def test_what_comes_back_goes_into_no_lost_container(self):
        cycle = self._started()
        order = self._produce(self.lamp, 3)
        card = cycle.kanban_ids.filtered(lambda c: c.state == "in_use")
        self._as(self.operator, card).action_lost()
        self._as(self.supervisor, order.backflush_confirmation_ids).action_reverse("No")
        self.assertEqual(card.quantity, 0)
        self.assertEqual(cycle.quantity_contained, 200)
        self.assertWithinLimit(cycle)

    def test_a_card_that_is_being_supplied_is_not_replaced(self):
        card = self._started().kanban_ids[0]
        self._scan(card)
        with self.assertRaisesRegex(UserError, "being supplied"):
            self._as(self.operator, card).action_lost()

    def test_a_one_off_card_circulates_once(self):
        cycle = self._started()
        self._as(self.supervisor, cycle).action_add_one_off()
        card = cycle.kanban_ids.filtered("one_off")
        self.assertEqual(card.state, "in_process")
        self._scan(card)
        self.assertEqual(card.state, "full")
        self._scan(card)
        self.assertFalse(card.active)
        self.assertEqual(len(cycle.kanban_ids), 2)

    def test_what_is_not_declared_cannot_happen(self):
        card = self._started().kanban_ids[0].sudo()
        states = [value for value, _words in card._fields["state"].selection]
        for before, after in itertools.product(states, states):
            if (before, after) in TRANSITIONS:
                continue
            card.state = before
            with self.assertRaisesRegex(UserError, f"{card.name}.*cannot become"):
                card._set_state(after, "button")
        card.state = "full"
        with self.assertRaisesRegex(UserError, "is “Full” and cannot become"):
            self._as(self.operator, card).action_arrived()
        card.state = "in_process"
        with self.assertRaisesRegex(
            UserError, "is “Ordered” and cannot become “Empty”"
        ):
            self._as(self.operator, card).action_empty()

    def test_an_unknown_card_is_said_so(self):
        with self.assertRaisesRegex(UserError, "no card “KBX”"):
            self._as(self.operator, self.env["backflush.kanban"]).scan("KBX")

    def test_cards_are_not_edited(self):
        card = self._started().kanban_ids[0]
        with self.assertRaises(UserError):
            self._as(self.supervisor, card).quantity = 5
        with self.assertRaisesRegex(UserError, "history"):
            card.unlink()

    def test_only_the_shop_floor_signals(self):
        card = self._started().kanban_ids[0]
        with self.assertRaises(AccessError):
            self._as(self.accountant, card).action_empty()

    def test_what_a_signal_costs_does_not_grow_with_the_number_of_loops(self):
        cards = self._started(container_count=4, content=400).kanban_ids
        few = self._queries_of_a_scan(cards[0], cards[1])
        for number in range(30):
            part = self._product(f"Part {number}", 1.0)
            self._cycle(product_id=part.id, container_count=5)
        many = self._queries_of_a_scan(cards[2], cards[3])
        self.assertEqual(few, many)

    def _queries_of_a_scan(self, first, second):
        """Queries of the second scan: caches of the server are filled by the first."""
        self._scan(first)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._as(self.operator, self.env["backflush.kanban"]).scan(second.name)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
