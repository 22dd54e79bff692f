from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestKanbanDocuments(SupermarketCommon):
    """What people do with the documents of cards, and with cards that wait."""

    def test_requests_for_containers_are_not_merged(self):
        order = self._bought().kanban_ids.purchase_line_ids.order_id
        other = order.copy()
        with self.assertRaisesRegex(UserError, f"{order.name} buys containers"):
            (order | other).action_merge()
        self.assertEqual(order.order_line.mapped("product_qty"), [100, 100])

    def test_orders_for_containers_are_not_merged(self):
        cycle = self._made()
        orders = cycle.kanban_ids.production_ids
        with self.assertRaisesRegex(UserError, "cannot be merged"):
            orders.action_merge()
        self.assertEqual(self._states(cycle), ["in_process", "in_process"])

    def test_a_scan_leaves_what_others_have_picked(self):
        cycle = self._started(content=0)
        first, second = cycle.kanban_ids
        transfer = first.move_ids.picking_id
        second.move_ids.picking_id = transfer
        second.move_ids.picked = True
        self._scan(first)
        self.assertEqual((first.state, second.state), ("full", "in_process"))
        self.assertTrue(second._open_moves().picked)

    def test_a_failed_surplus_card_is_not_ordered_again(self):
        cycle = self._started(content=100)
        card = cycle.kanban_ids.filtered(lambda c: c.state == "in_process")
        card._open_moves()._action_cancel()
        cycle.container_count = 1
        self._as(self.operator, card).action_supply_again()
        self.assertFalse(card.active)
        self.assertFalse(card._open_moves())
        self.assertWithinLimit(cycle)

    def test_a_lost_card_that_waits_is_replaced_by_one_that_waits(self):
        cycle = self._started(container_count=3, content=300, minimum_containers=2)
        first, second, _third = cycle.kanban_ids
        self._scan(first)
        self._as(self.operator, first).action_lost()
        other = cycle.kanban_ids.sorted("id")[-1]
        self.assertEqual(other.state, "wait")
        self._scan(second)
        self.assertEqual((other.state, second.state), ("in_process", "in_process"))

    def test_containers_on_hold_do_not_starve_the_loop(self):
        cycle = self._started(minimum_containers=2)
        first, second = cycle.kanban_ids
        self._as(self.operator, first).action_hold()
        self._scan(second)
        self.assertEqual(second.state, "in_process")

    def test_a_loop_cannot_wait_for_more_containers_than_it_has(self):
        with self.assertRaisesRegex(ValidationError, "more empty containers"):
            self._cycle(minimum_containers=3)

    def test_a_second_start_leaves_the_cards_that_wait(self):
        cycle = self._started(container_count=3, content=300, minimum_containers=2)
        card = cycle.kanban_ids[0]
        self._scan(card)
        # The books have still what was in it.
        self.assertEqual(cycle.quantity_loose, 100)
        self._as(self.supervisor, cycle).action_start()
        self.assertEqual((card.state, card.quantity), ("wait", 0))

    def test_two_loops_of_a_product_share_no_bin(self):
        self._cycle()
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": self.bin.id}
        )
        with self.assertRaisesRegex(ValidationError, "a bin of its own"):
            self._cycle(supply_area_id=shelf.id, bin_id=shelf.id)

    def test_a_loop_that_never_ran_can_be_deleted(self):
        cycle = self._cycle()
        cards = cycle.kanban_ids
        self._as(self.supervisor, cycle).unlink()
        self.assertFalse(cards.exists())
        started = self._started()
        with self.assertRaisesRegex(UserError, "history"):
            self._as(self.supervisor, started).unlink()

    def test_a_scan_reads_nothing_of_what_a_card_has_lived(self):
        card = self._started(container_count=1, content=100).kanban_ids
        self.env.flush_all()
        for _scan in ("ordered", "arrived"):
            self._as(self.operator, self.env["backflush.kanban"]).scan(card.name)
            for name in ("log_ids", "move_ids", "production_ids", "purchase_line_ids"):
                read = card._fields[name]._get_cache(self.env)
                self.assertNotIn(card.id, read, name)
