from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestStaging(SupermarketCommon):
    """Components that are brought to the line for orders, and what goes back."""

    def setUp(self):
        super().setUp()
        self._put(self.screw, 1000, self.store)

    def _staged(self, way, **vals):
        return self._cycle(staging=way, container_quantity=50, **vals)

    def _moves(self, cycle, *states):
        self.env.invalidate_all()
        own = self.env["stock.move"].search([("backflush_cycle_id", "=", cycle.id)])
        return own.filtered(lambda m: m.state in states if states else True)

    def _validate(self, moves, quantity=None):
        for move in moves:
            move.quantity = move.product_uom_qty if quantity is None else quantity
            move.picked = True
        moves.picking_id.with_context(skip_backorder=True).button_validate()

    # -- pick parts --------------------------------------------------------------------

    def test_a_pick_part_comes_exactly_for_its_order(self):
        cycle = self._staged("order")
        self.assertFalse(cycle.kanban_ids)
        first, second = self._order(self.lamp, 3), self._order(self.lamp, 4)
        moves = self._moves(cycle)
        self.assertEqual(moves.sorted("id").mapped("product_uom_qty"), [30, 40])
        self.assertEqual(
            (moves.location_id, moves.location_dest_id), (self.store, self.bin)
        )
        # Each order shows its own transfer, and takes no other with it.
        self.assertEqual(first.picking_ids.move_ids.product_uom_qty, 30)
        self.assertFalse(first.picking_ids & second.picking_ids)
        self._as(self.operator, first).action_stage_components()
        self.assertEqual(len(self._moves(cycle)), 2)
        second.action_cancel()
        self.assertEqual(self._moves(cycle, "assigned"), first.picking_ids.move_ids)
        self._validate(first.picking_ids.move_ids)
        self._complete(first)
        self.assertFalse(first.backflush_error_ids)
        self.assertEqual(self._on_hand(self.screw, self.bin), 0)

    def test_a_larger_order_is_brought_the_rest(self):
        cycle = self._staged("order")
        order = self._order(self.lamp, 3)
        self._validate(self._moves(cycle))
        wizard = self.env["change.production.qty"].create(
            {"mo_id": order.id, "product_qty": 5}
        )
        wizard.change_prod_qty()
        with self.enter_registry_test_mode():
            self.env.ref("backflush_costing.cron_stage").method_direct_trigger()
        self.assertEqual(self._moves(cycle, "assigned").product_uom_qty, 20)

    def test_what_a_backorder_needs_was_brought_with_its_order(self):
        cycle = self._staged("order")
        order = self._order(self.lamp, 5)
        self._validate(self._moves(cycle))
        order.qty_producing = 2
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            mo_ids_to_backorder=order.ids,
            skip_redirection=True,
        ).button_mark_done()
        backorder = order.production_group_id.production_ids - order
        self._as(self.operator, backorder).action_stage_components()
        self.assertEqual(len(self._moves(cycle)), 1)
        self._complete(backorder.with_env(self.env))
        self.assertEqual(self._on_hand(self.screw, self.bin), 0)

    def test_what_an_order_did_not_need_goes_back_without_an_entry(self):
        self._put(self.screw, 0, self.store)
        category = self._category("Screws")
        self.screw.categ_id = self.lamp.categ_id = category
        category.property_backflush_policy_id = self._policy()
        self._put(self.screw, 1000, self.store)
        cycle = self._staged("order")
        order = self._order(self.lamp, 5)
        self._validate(self._moves(cycle))
        self._complete(order, 3)
        self.assertEqual(self._on_hand(self.screw, self.bin), 20)
        entries = self.env["account.move"].search_count([])
        self._as(self.operator, order).action_return_excess()
        back = self._moves(cycle, "assigned")
        self.assertEqual(
            (back.product_uom_qty, back.location_dest_id), (20, self.store)
        )
        with self.assertRaisesRegex(UserError, "more than what is needed"):
            self._as(self.operator, order).action_return_excess()
        self._validate(back)
        self.assertEqual(self._on_hand(self.screw, self.bin), 0)
        self.assertEqual(self._on_hand(self.screw, self.store), 970)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertProven()

    def test_an_order_is_confirmed_where_nothing_can_be_brought(self):
        self._staged("order")
        self.from_stock.rule_ids.active = False
        order = self._order(self.lamp, 1)
        self.assertEqual(order.state, "confirmed")
        self.assertIn(self.bin.name, order.message_ids[0].body)

    # -- release-order parts -----------------------------------------------------------

    def test_released_orders_are_brought_what_the_line_lacks_in_packs(self):
        cycle = self._staged("release")
        self._put(self.screw, 25, self.bin)
        self._order(self.lamp, 9)
        draft = self.env["mrp.production"].create(
            {"product_id": self.lamp.id, "product_qty": 100}
        )
        self.assertEqual(draft.state, "draft")
        self.assertFalse(self._moves(cycle))
        # 90 less 25 at the line: 65, in packs of 50.
        self._as(self.operator, cycle).action_stage()
        move = self._moves(cycle)
        self.assertEqual((move.product_uom_qty, move.location_dest_id), (100, self.bin))
        # Again: nothing, it is on its way. Another order: what is still missing.
        self._as(self.operator, cycle).action_stage()
        self._order(self.lamp, 10)
        with self.enter_registry_test_mode():
            self.env.ref("backflush_costing.cron_stage").method_direct_trigger()
        self.assertEqual(sum(self._moves(cycle).mapped("product_uom_qty")), 200)

    def test_the_most_urgent_order_decides_when_and_how_urgently(self):
        cycle = self._staged("release", staging_days=2)
        now = fields.Datetime.now()
        later, urgent, far = (
            self._order(
                self.lamp, 1, date_start=now + timedelta(hours=hours), priority=priority
            )
            for hours, priority in ((2, "0"), (6, "1"), (99, "1"))
        )
        self._as(self.operator, cycle).action_stage()
        move = self._moves(cycle)
        # The order that starts after two days does not count yet.
        self.assertEqual((move.product_uom_qty, move.priority), (50, "1"))
        self.assertEqual(move.date, urgent.date_start)
        self.assertEqual((later.state, far.state), ("confirmed", "confirmed"))

    def test_a_line_is_served_by_priority(self):
        plain = self._staged("release")
        nail = self._product("Nail", 0.01)
        self._put(nail, 500, self.store)
        hook = self._product("Hook")
        bom = self._bom(hook, [(nail, 1)], [(self.stand, 1)])
        bom.bom_line_ids.operation_id = bom.operation_ids
        urgent = self._staged("release", product_id=nail.id, bin_id=self.other_bin.id)
        self._order(self.lamp, 1)
        self._order(hook, 1, priority="1")
        self._as(self.operator, plain | urgent).action_stage()
        self.assertLess(self._moves(urgent).id, self._moves(plain).id)

    def test_what_no_order_needs_goes_back(self):
        cycle = self._staged("release")
        self._put(self.screw, 80, self.bin)
        self._order(self.lamp, 3)
        self._as(self.operator, cycle).action_return_excess()
        self.assertEqual(self._moves(cycle).product_uom_qty, 50)
        with self.assertRaises(AccessError):
            self._as(self.accountant, cycle).action_return_excess()

    def test_what_stands_beside_the_containers_goes_back(self):
        cycle = self._started(content=230)
        self._as(self.operator, cycle).action_return_excess()
        back = self._moves(cycle)
        self.assertEqual(back.product_uom_qty, 30)
        self._validate(back)
        self.assertEqual((cycle.quantity_contained, cycle.quantity_loose), (200, 0))
        self.assertWithinLimit(cycle)

    def test_a_loop_in_circulation_is_not_staged_for_orders(self):
        cycle = self._started()
        with self.assertRaisesRegex(UserError, "archive it before"):
            cycle.staging = "release"
        idle = self._cycle(
            product_id=self._product("Rivet").id, bin_id=self.other_bin.id
        )
        idle.staging = "release"
        self.assertFalse(idle.kanban_ids)

    def test_what_stands_at_the_line_is_not_bought_again(self):
        """A reordering rule of the store sees what is brought, not what is needed."""
        self._put(self.screw, 0, self.store)
        self._put(self.screw, 25, self.bin)
        cycle = self._staged("release")
        point = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.screw.id,
                "location_id": self.store.id,
                "product_min_qty": 0,
                "product_max_qty": 0,
                "trigger": "manual",
            }
        )
        self._order(self.lamp, 9)
        point.invalidate_recordset()
        self.assertEqual((point.qty_forecast, point.qty_to_order), (0, 0))
        self._as(self.operator, cycle).action_stage()
        point.invalidate_recordset()
        self.assertEqual(point.qty_to_order, 100)

    def test_what_a_loop_holds_is_neither_bought_nor_made_again(self):
        """Reordering rules of the store buy and make what leaves it, once."""
        self._put(self.screw, 20, self.store)
        self._vendor_for(self.screw)
        buy = self.env["stock.route"].search(
            [("rule_ids.action", "=", "buy"), ("backflush_supply_area_id", "=", False)],
            limit=1,
        )
        self._put(self.screw, 200, self.bin)
        cycle = self._cycle()
        self._as(self.supervisor, cycle).action_start()
        point = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.screw.id,
                "location_id": self.store.id,
                "product_min_qty": 10,
                "product_max_qty": 10,
                "route_id": buy.id,
            }
        )
        self._order(self.lamp, 15)
        lines = self.env["purchase.order.line"]
        mine = [("product_id", "=", self.screw.id)]
        for bought, use in ((0, 0), (90, 10), (90, 0)):
            if use:
                self._produce(self.lamp, use)
                self.env["backflush.control.cycle"].sudo().search([])._supply()
            point.invalidate_recordset()
            self.env["stock.rule"].run_scheduler(company_id=self.company.id)
            self.assertEqual(sum(lines.search(mine).mapped("product_qty")), bought)

    def test_a_made_or_bought_part_is_staged_once(self):
        area = self._area("Dock", by_purchase=True)
        self._vendor_for(self.screw)
        cycle = self._cycle(
            staging="release",
            container_quantity=50,
            supply_area_id=area.id,
            bin_id=area.id,
            route_id=area.backflush_route_ids.id,
        )
        self.stand.backflush_location_id = area
        self._order(self.lamp, 3)
        for _time in range(2):
            self._as(self.operator, cycle).action_stage()
        lines = self.env["purchase.order.line"].search(
            [("product_id", "=", self.screw.id)]
        )
        self.assertEqual(lines.mapped("product_qty"), [50])
