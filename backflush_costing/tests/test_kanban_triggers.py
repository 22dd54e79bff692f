from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestKanbanTriggers(SupermarketCommon):
    """When a container asks for the next one, what it asks for, and what it holds."""

    def assertWithinLimit(self, cycle):
        """Here the bin itself counts: nothing was brought by hand."""
        self.assertWithinCardLimit(cycle)
        on_hand = self._on_hand(self.screw, cycle.bin_id)
        self.assertLessEqual(on_hand + cycle.quantity_on_the_way, cycle.wip_limit)
        self.assertTrue(cycle._keeps_limit())

    def _use(self, cycle, lamps):
        """Ten screws per lamp, and what the server does a moment later."""
        order = self._produce(self.lamp, lamps)
        cycle._supply()
        self.assertWithinLimit(cycle)
        return order

    def _bring(self, cycle):
        for card in cycle.kanban_ids:
            if card.state == "in_process":
                self._scan(card)
        self.assertWithinLimit(cycle)

    def test_the_first_piece_taken_orders_the_next_container(self):
        cycle = self._started(trigger="first_withdrawal")
        self.assertEqual((cycle.wip_limit, self._states(cycle)), (300, ["full"] * 2))
        self._use(cycle, 1)
        # The card has left its container: what is left in it stands beside the others.
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        self.assertEqual((cycle.quantity_contained, cycle.quantity_loose), (100, 90))
        self._use(cycle, 8)
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        # Ten come from what is left, ten open the next container.
        order = self._use(cycle, 2)
        self.assertEqual(self._states(cycle), ["in_process", "in_process"])
        self._bring(cycle)
        self.assertEqual((cycle.quantity_contained, cycle.quantity_loose), (200, 90))
        # What comes back stands beside too.
        self._as(self.supervisor, order.backflush_confirmation_ids).action_reverse("No")
        self.assertEqual((cycle.quantity_contained, cycle.quantity_loose), (200, 110))

    def test_a_container_that_was_opened_on_hold_asks_when_it_resumes(self):
        cycle = self._started(trigger="first_withdrawal")
        self._as(self.operator, cycle.kanban_ids).action_hold()
        self._use(cycle, 1)
        self.assertEqual(self._states(cycle), ["full", "in_use"])
        self._as(self.operator, cycle.kanban_ids).action_resume()
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        self.assertWithinLimit(cycle)

    def test_a_container_asks_at_its_trigger_quantity(self):
        cycle = self._started(trigger="quantity", trigger_quantity=30)
        self.assertEqual(cycle.wip_limit, 230)
        self._use(cycle, 6)
        self.assertEqual(self._states(cycle), ["full", "in_use"])
        self._use(cycle, 1)
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        self.assertEqual(cycle.quantity_loose, 30)
        with self.assertRaisesRegex(ValidationError, "less than a full one"):
            cycle.trigger_quantity = 100

    def test_a_signal_card_orders_a_lot(self):
        cycle = self._started(
            content=500,
            trigger="signal",
            container_count=5,
            lot_containers=3,
            trigger_quantity=200,
        )
        card = cycle.kanban_ids
        self.assertEqual((len(card), card.state, card.quantity), (1, "full", 300))
        self._use(cycle, 29)
        self.assertEqual((card.state, card.quantity), ("in_use", 210))
        self._use(cycle, 1)
        self.assertEqual((card.state, card.quantity_on_the_way), ("in_process", 300))
        self.assertEqual(card.move_ids.product_uom_qty, 300)
        # While the lot is on the way, nothing more is ordered.
        self._use(cycle, 15)
        self.assertEqual(len(card.move_ids), 1)
        self._bring(cycle)
        self.assertEqual((card.state, card.quantity), ("full", 300))
        self.assertEqual(cycle.quantity_loose, 50)
        with self.assertRaisesRegex(UserError, "signal cards"):
            cycle.trigger = "empty"

    def test_a_lot_that_came_too_late_is_followed_by_the_next(self):
        cycle = self._started(
            content=0,
            trigger="signal",
            container_count=3,
            lot_containers=1,
            trigger_quantity=200,
        )
        self._bring(cycle)
        # A hundred are there, and two hundred are the mark: the next lot is ordered.
        cycle._supply()
        self.assertEqual(self._states(cycle), ["in_process"])
        for expected in (200, 300):
            self._bring(cycle)
            self.assertEqual(self._on_hand(self.screw, self.bin), expected)
            cycle._supply()
        self.assertEqual(self._states(cycle), ["full"])
        self._use(cycle, 9)
        self.assertEqual(self._states(cycle), ["full"])
        self._use(cycle, 1)
        self.assertEqual(self._states(cycle), ["in_process"])

    def test_a_lot_fits_into_the_containers(self):
        with self.assertRaisesRegex(ValidationError, "more than the containers hold"):
            self._cycle(trigger="signal", lot_containers=2, trigger_quantity=10)

    def test_a_card_for_an_event_brings_what_the_event_needs(self):
        cycle = self._started()
        needed = fields.Datetime.now() + timedelta(days=9)
        wizards = self._as(self.supervisor, self.env["backflush.kanban.event"])
        wizards = wizards.with_context(active_id=cycle.id)
        wizard = wizards.create({"event": "Trial run", "date_needed": needed})
        self.assertEqual(wizard.quantity, 100)
        wizard.quantity = 40
        wizard.action_add()
        card = cycle.kanban_ids.filtered("one_off")
        self.assertEqual((card.event, card.date_due), ("Trial run", needed))
        self.assertEqual(card.move_ids.product_uom_qty, 40)
        self.assertEqual(cycle.wip_limit, 240)
        self._scan(card)
        self.assertWithinCardLimit(cycle)
        self.assertEqual((card.state, card.quantity), ("full", 40))
        self._scan(card)
        self.assertFalse(card.active)
        with self.assertRaisesRegex(UserError, "more than nothing"):
            self._as(self.supervisor, cycle).action_add_one_off(quantity=-1)
        with self.assertRaises(AccessError):
            self._as(self.operator, cycle).action_add_one_off()

    def test_a_smaller_container_is_one_when_it_is_ordered_next(self):
        cycle = self._started(content=100)
        full = cycle.kanban_ids.filtered("quantity")
        coming = cycle.kanban_ids - full
        cycle.container_quantity = 60
        self.assertTrue(cycle._keeps_limit())
        self._scan(coming)
        self.assertEqual((coming.quantity, cycle.quantity_loose), (100, 0))
        self.assertTrue(cycle._keeps_limit())
        for card in full | coming:
            self._scan(card)
            self.assertEqual(card.quantity_on_the_way, 60)
        self.assertWithinCardLimit(cycle)

    def test_a_surplus_leaves_once_and_no_lost_card_in_its_place(self):
        cycle = self._started(content=400, container_count=4)
        lost, first, second, third = cycle.kanban_ids
        self._as(self.operator, lost).action_lost()
        cycle.container_count = 3
        self._as(self.operator, first | second | third).action_empty()
        self.assertTrue(lost.active)
        self.assertEqual(len(cycle._regular_cards()), 3)
        with self.assertRaisesRegex(UserError, "has been retired"):
            self._scan((first | second | third).filtered(lambda c: not c.active))
        self.assertWithinCards(cycle)

    def assertWithinCards(self, cycle):
        self.assertLessEqual(len(cycle._regular_cards()), cycle.container_count)
        self.assertTrue(cycle._keeps_limit())

    def test_cards_leave_with_their_loop_and_come_back_with_it(self):
        cycle = self._started()
        cards = cycle.kanban_ids
        self._scan(cards[0])
        with self.assertRaisesRegex(UserError, f"{cards[0].name} is being supplied"):
            self._as(self.supervisor, cycle).action_archive()
        self._scan(cards[0])
        self._as(self.supervisor, cycle).action_archive()
        self.assertFalse(any(cards.mapped("active")) or any(cards.mapped("quantity")))
        with self.assertRaisesRegex(UserError, "the loop .* has been archived"):
            self._scan(cards[0])
        with self.assertRaisesRegex(UserError, "nothing is ordered for it"):
            self._as(self.operator, cards[0]).action_empty()
        self._as(self.supervisor, cycle).action_unarchive()
        self.assertEqual(cycle.kanban_ids, cards)
        self._as(self.supervisor, cycle).action_start()
        self.assertEqual(self._states(cycle), ["full", "full"])
        self.assertWithinCardLimit(cycle)

    def test_what_is_there_twice_is_named(self):
        with self.assertRaisesRegex(UserError, "listed twice: B-01"):
            self._area("Line 9", from_stock=True, bin_names="B-01\nB-02\n B-01")
        with self.assertRaisesRegex(UserError, "called Supermarket already"):
            self._area("Supermarket", from_stock=True)

    def test_only_planners_start_loops(self):
        with self.assertRaises(AccessError):
            self._as(self.operator, self._cycle()).action_start()
