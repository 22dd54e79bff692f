from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestKanbanSupply(SupermarketCommon):
    """Real documents, one per card, and what becomes of them."""

    def test_two_cards_are_two_movements_into_the_bin(self):
        cycle = self._started(content=0)
        moves = cycle.kanban_ids.move_ids
        self.assertEqual(len(moves), 2)
        self.assertEqual(moves.mapped("product_uom_qty"), [100.0, 100.0])
        self.assertEqual(moves.location_id, self.store)
        self.assertEqual(moves.location_dest_id, self.bin)
        self.assertEqual(len(moves.backflush_kanban_id), 2)

    def test_one_scan_brings_one_container(self):
        cycle = self._started(content=0)
        first, second = cycle.kanban_ids
        self._scan(first)
        self.assertEqual((first.state, second.state), ("full", "in_process"))
        self.assertEqual(self._on_hand(self.screw, self.bin), 100)

    def test_a_partial_transfer_fills_in_parts(self):
        cycle = self._started(content=0, container_count=1)
        card = cycle.kanban_ids
        transfer = card.move_ids.picking_id
        transfer.move_ids.quantity = 60
        transfer.move_ids.picked = True
        transfer.with_context(skip_backorder=True).button_validate()
        self.assertEqual((card.state, card.quantity), ("in_transit", 60))
        self.assertEqual(card.quantity_on_the_way, 40)
        self.assertWithinLimit(cycle)
        rest = card._open_moves()
        rest.quantity = 40
        rest.picked = True
        rest.picking_id.button_validate()
        self.assertEqual((card.state, card.quantity), ("full", 100))

    def test_a_cancelled_transfer_is_a_failed_supply(self):
        cycle = self._started(content=0, container_count=1)
        card = cycle.kanban_ids
        card.move_ids.picking_id.action_cancel()
        self.assertEqual((card.state, card.quantity_on_the_way), ("error", 0))
        self.assertIn("cancelled", card.problem)
        self._as(self.operator, card).action_supply_again()
        self.assertEqual(card.state, "in_process")
        self.assertFalse(card.problem)

    def test_the_rest_that_is_cancelled_leaves_a_smaller_container(self):
        cycle = self._started(content=0, container_count=1)
        card = cycle.kanban_ids
        transfer = card.move_ids.picking_id
        transfer.move_ids.quantity = 60
        transfer.move_ids.picked = True
        transfer.with_context(skip_backorder=True).button_validate()
        card._open_moves()._action_cancel()
        self.assertEqual((card.state, card.quantity), ("full", 60))

    def test_cards_wait_for_the_minimum_order(self):
        cycle = self._started(container_count=3, content=300, minimum_containers=2)
        first, second, _third = cycle.kanban_ids
        self._scan(first)
        self.assertEqual(first.state, "wait")
        self.assertFalse(first.move_ids)
        self._scan(second)
        self.assertEqual((first.state, second.state), ("in_process", "in_process"))

    def test_a_container_made_in_house(self):
        cycle = self._made()
        orders = cycle.kanban_ids.production_ids
        self.assertEqual(orders.mapped("product_qty"), [5.0, 5.0])
        self._complete(orders[0])
        card = orders[0].backflush_kanban_id
        self.assertEqual((card.state, card.quantity), ("full", 5))
        self.assertEqual(self._on_hand(cycle.product_id, cycle.bin_id), 5)
        orders[1].action_cancel()
        self.assertEqual(orders[1].backflush_kanban_id.state, "error")
        self.assertWithinLimit(cycle)

    def test_two_bins_swap_and_production_resumes_when_one_is_empty(self):
        cycle = self._made(sizing_rule="two_bin")
        made = cycle.kanban_ids.production_ids
        for order in made:
            self._complete(order)
        first, second = cycle.kanban_ids.sorted("date_filled")
        self._background()
        # Both are full: nothing is made.
        self.assertEqual(cycle.kanban_ids.production_ids, made)
        box = self._product("Box")
        self._bom(box, [(cycle.product_id, 1)])
        cycle.product_id.property_backflush_location_id = cycle.bin_id
        self._produce(box, 4)
        self._background()
        self.assertEqual((first.quantity, second.quantity), (1, 5))
        self.assertEqual(cycle.kanban_ids.production_ids, made)
        self._produce(box, 2)
        self._background()
        self.assertEqual((first.state, second.state), ("in_process", "in_use"))
        order = first.production_ids - made
        self.assertEqual((order.product_qty, order.state), (5, "confirmed"))
        # The fuller one feeds the line until the other is back, and then they swap.
        self._complete(order)
        self._produce(box, 5)
        self._background()
        self.assertEqual((first.quantity, second.state), (4, "in_process"))
        self.assertWithinLimit(cycle)

    def test_a_backorder_makes_the_rest_of_the_container(self):
        cycle = self._made(container_count=1)
        card = cycle.kanban_ids
        order = card.production_ids
        order.qty_producing = 3
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            mo_ids_to_backorder=order.ids,
            skip_redirection=True,
        ).button_mark_done()
        self.assertEqual((card.state, card.quantity), ("in_transit", 3))
        self.assertEqual(len(card.production_ids), 2)
        self._complete(card.production_ids - order)
        self.assertEqual((card.state, card.quantity), ("full", 5))

    def test_a_purchased_container(self):
        cycle = self._bought()
        lines = cycle.kanban_ids.purchase_line_ids
        self.assertEqual(lines.mapped("product_qty"), [100.0, 100.0])
        self.assertEqual(len(lines.order_id), 1)
        order = lines.order_id
        order.button_confirm()
        receipt = order.picking_ids
        self.assertEqual(receipt.move_ids.location_dest_id, cycle.bin_id)
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(self._states(cycle), ["full", "full"])
        self.assertEqual(self._on_hand(self.screw, cycle.bin_id), 200)

    def test_a_cancelled_purchase_is_a_failed_supply(self):
        cycle = self._bought()
        cycle.kanban_ids.purchase_line_ids.order_id.button_cancel()
        self.assertEqual(self._states(cycle), ["error", "error"])

    def test_a_product_that_nobody_sells_says_so_on_the_card(self):
        cycle = self._bought(has_vendor=False, container_count=1)
        card = cycle.kanban_ids
        self.assertEqual(card.state, "error")
        self.assertIn(cycle.bin_id.name, card.problem)
        # Whoever works the error queue sees it, and asks for it again from there.
        error = card.error_ids
        self.assertRecordValues(
            error,
            [{"cause": "other", "state": "open", "severity": "recommended"}],
        )
        self.assertIn(card.problem, error.description)
        self.assertEqual(error._remedies(), ("retry", "reject"))
        mine = self._as(self.supervisor, error)
        mine.action_retry()
        self.assertEqual((card.error_ids, error.state), (error, "open"))
        self.assertEqual(error.attempts, 1)
        self._vendor_for(self.screw)
        self.assertFalse(mine.action_retry_on_screen())
        self.assertEqual((error.state, card.state), ("resolved", "in_process"))
        self.assertEqual(error.attempts, 2)

    def test_a_failed_supply_is_left_to_the_background(self):
        cycle = self._bought(has_vendor=False, container_count=2)
        first, second = cycle.kanban_ids
        self._vendor_for(self.screw)
        self._as(self.supervisor, first.error_ids).action_queue()
        self._retry_in_background()
        self.assertEqual((first.state, second.state), ("in_process", "error"))
        self.assertEqual(first.error_ids.state, "resolved")
        # Wrong is a request that nobody made: its record says so, the card stays.
        failed = self._as(self.supervisor, second.error_ids)
        failed.action_reject("The loop is being closed")
        self.assertEqual((failed.state, second.state), ("rejected", "error"))

    def _retry_in_background(self):
        cron = self.env.ref("backflush_costing.cron_retry_errors")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_a_failed_supply_does_not_stop_the_line(self):
        cycle = self._started(content=100, container_count=1)
        self.from_stock.rule_ids.active = False
        order = self._produce(self.lamp, 10)
        self.assertEqual(order.state, "done")
        self._background()
        card = cycle.kanban_ids
        self.assertEqual((card.state, card.quantity_on_the_way), ("error", 0))
        self.assertTrue(card.problem)
