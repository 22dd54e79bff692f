from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersPartial(OrdersCommon):
    """What is reported is seldom what was ordered."""

    def test_a_backorder_asks_for_the_rest(self):
        self._stock_up()
        order = self._order(self.battery, 5)
        rest = self._report(order, 2, backorder=True)
        self.assertProven()
        self.assertIssued(order, (self.cell, 12, 0, 12, 0))
        self.assertRecordValues(
            rest.move_raw_ids,
            [
                {
                    "product_uom_qty": 18,
                    "flush_method": "completion",
                    "flush_rule": "company:order",
                }
            ],
        )
        self.assertRecordValues(
            rest, [{"product_qty": 3, "backflush_confirmation_count": 0}]
        )
        self._complete(rest)
        self.assertProven()
        self.assertIssued(rest, (self.cell, 18, 0, 18, 0))
        self.assertBalances(rip=1950.0, conversion_allocated=-50.0, usage_variance=0.0)

    def test_a_backorder_of_a_backorder(self):
        self._stock_up()
        order = self._order(self.battery, 5)
        second = self._report(order, 1, backorder=True)
        third = self._report(second, 1, backorder=True)
        self._report(third, 3)
        self.assertProven()
        orders = order | second | third
        self.assertEqual(orders.mapped("qty_produced"), [1, 1, 3])
        for one, issued in zip(orders, (6, 6, 18), strict=True):
            self.assertIssued(one, (self.cell, issued, 0, issued, 0))
        self.assertEqual(self._on_hand(self.cell, self.store), 70)

    def test_a_backorder_after_a_shortage(self):
        """8 of 12 pieces are there for the first part; the rest stays its own."""
        self._stock_up(cells=8)
        order = self._order(self.battery, 5)
        rest = self._report(order, 2, backorder=True)
        self.assertProven()
        self.assertRecordValues(order.backflush_error_ids, [{"quantity_open": 4}])
        self.assertFalse(rest.backflush_error_ids)
        self.assertEqual(rest.move_raw_ids.product_uom_qty, 18)
        self._buy(self.cell, 20, 10)
        self._report(rest, 3)
        self.assertProven()
        self.assertFalse(rest.backflush_error_ids)
        self.assertEqual(self._on_hand(self.cell, self.store), 2)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertRecordValues(order.backflush_error_ids, [{"quantity_open": 2}])
        self.assertBalances(suspense=-20.0, usage_variance=0.0)

    def test_more_than_ordered(self):
        self._stock_up()
        order = self._order(self.battery, 5)
        self._report(order, 7)
        self.assertProven()
        self.assertIssued(order, (self.cell, 42, 0, 42, 0))
        self.assertBalances(
            rip=1480.0 + 490.0, conversion_allocated=-70.0, usage_variance=0.0
        )

    def test_less_than_ordered_and_no_more_to_come(self):
        self._stock_up()
        order = self._order(self.battery, 5)
        self._report(order, 3)
        self.assertEqual(order.state, "done")
        self.assertProven()
        self.assertIssued(order, (self.cell, 18, 0, 18, 0))
        self.assertEqual(self._on_hand(self.battery, self.store), 3)

    def test_the_backorder_question_is_answered_in_the_dialogue(self):
        self._stock_up()
        self.warehouse.manu_type_id.create_backorder = "ask"
        order = self._as(self.operator, self._order(self.battery, 5))
        order.qty_producing = 2
        order.set_qty_producing()
        action = order.button_mark_done()
        self.assertEqual(action["res_model"], "mrp.production.backorder")
        self.assertFalse(order.backflush_confirmation_ids)
        wizard = Form(
            self.env["mrp.production.backorder"]
            .with_user(self.operator)
            .with_context(**action["context"])
        ).save()
        wizard.action_backorder()
        self.assertEqual(order.sudo().state, "done")
        self.assertProven()
        self.assertIssued(order.sudo(), (self.cell, 12, 0, 12, 0))

    def test_several_orders_in_one_call_are_one_entry(self):
        self._stock_up()
        orders = self.env["mrp.production"]
        for quantity in (1, 2, 3):
            orders |= self._order(self.battery, quantity)
        self._complete(orders)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 64)
        entries = orders.backflush_confirmation_ids.move_id
        self.assertEqual(len(entries), 1 if self.costed else 0)

    def test_two_orders_in_one_call_share_what_is_there(self):
        self._stock_up(cells=10)
        orders = self._order(self.battery, 1) | self._order(self.battery, 1)
        self._complete(orders)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 0)
        self.assertEqual(sum(orders.backflush_error_ids.mapped("quantity_open")), 2)

    def test_a_negative_report_is_refused(self):
        order = self._as(self.operator, self._order(self.battery, 5))
        order.qty_producing = -1
        with self.assertRaisesRegex(UserError, "-1.0 Units cannot be produced"):
            order.set_qty_producing()
        with self.assertRaisesRegex(UserError, order.name):
            order.button_mark_done()
        self.assertNotEqual(order.state, "done")

    def test_nothing_reported_is_what_was_planned(self):
        self._stock_up()
        order = self._as(self.operator, self._order(self.battery, 2))
        order.button_mark_done()
        self.assertProven()
        self.assertIssued(order.sudo(), (self.cell, 12, 0, 12, 0))

    # -- one order becomes several, several become one ---------------------------

    def test_an_order_that_is_split(self):
        self._stock_up()
        order = self._order(self.battery, 5)
        action = self._as(self.planner, order).action_split()
        split = self.env["mrp.production.split"].with_user(self.planner)
        wizard = Form(split.with_context(**action["context"]))
        wizard.max_batch_size = 2
        wizard.save().action_split()
        orders = order.production_group_id.production_ids
        self.assertEqual(sorted(orders.mapped("product_qty")), [1, 2, 2])
        self.assertEqual(sum(orders.move_raw_ids.mapped("product_uom_qty")), 30)
        self.assertEqual(
            set(orders.move_raw_ids.mapped("flush_rule")), {"company:order"}
        )
        for part in orders:
            self._complete(part)
            self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 70)

    def test_an_order_that_is_cancelled(self):
        """Whoever may work with orders may cancel them; nothing was issued yet."""
        self._stock_up()
        order = self._order(self.battery, 5)
        self._as(self.planner, order).action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.backflush_confirmation_ids)
        self.assertEqual(self._on_hand(self.cell, self.store), 100)
        self.assertProven()

    def test_a_backorder_that_is_cancelled(self):
        self._stock_up(cells=8)
        order = self._order(self.battery, 5)
        rest = self._report(order, 2, backorder=True)
        self._as(self.planner, rest).action_cancel()
        self.assertEqual((order.state, rest.state), ("done", "cancel"))
        self.assertIssued(order, (self.cell, 12, 0, 8, 4))
        self.assertEqual(order.backflush_error_ids.quantity_open, 4)
        self.assertProven()

    def test_orders_that_are_merged(self):
        self._stock_up()
        self.bom.bom_line_ids.backflush_location_id = self.line_side
        self._put(self.cell, 30)
        orders = self._order(self.battery, 2) | self._order(self.battery, 3)
        action = self._as(self.planner, orders).action_merge()
        merged = self.env["mrp.production"].browse(action["res_id"])
        self.assertRecordValues(merged, [{"state": "confirmed"}])
        self.assertEqual(merged.product_qty, 5)
        self.assertRecordValues(
            merged.move_raw_ids,
            [
                {
                    "product_uom_qty": 30,
                    "flush_rule": "company:bom_line",
                    "location_id": self.line_side.id,
                }
            ],
        )
        self._complete(merged)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell), 0)


@tagged("post_install", "-at_install")
class TestOrdersPartialWithoutPolicy(TestOrdersPartial):
    costed = False
