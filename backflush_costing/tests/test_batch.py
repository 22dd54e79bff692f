from freezegun import freeze_time

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestBatch(BackflushCommon):
    """Many orders in one call: the good ones are completed, the bad ones are seen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "block"})
        cls.wheel = cls._product("Wheel", 10.0)
        cls.cart = cls._product("Cart", 40.0)
        cls._bom(cls.cart, [(cls.wheel, 4)])

    def _orders(self, *quantities):
        orders = self.env["mrp.production"]
        for quantity in quantities:
            orders |= self._order(self.cart, quantity)
        return orders

    def test_one_bad_order_does_not_stop_the_others_and_is_seen(self):
        self._put(self.wheel, 20, self.store)
        orders = self._orders(1, 100, 2)
        result = orders.with_user(self.operator).backflush_complete()
        self.assertEqual(orders.mapped("state"), ["done", "confirmed", "done"])
        self.assertEqual(result["done"], (orders[0] | orders[2]).ids)
        failed = result["failed"][0]
        self.assertEqual((failed["id"], failed["name"]), (orders[1].id, orders[1].name))
        self.assertIn("of Wheel at", failed["reason"])
        self.assertRecordValues(
            orders[1].backflush_error_ids,
            [
                {
                    "cause": "insufficient_stock",
                    "state": "open",
                    "description": failed["reason"],
                    "attempts": 0,
                }
            ],
        )
        self.assertEqual(self._on_hand(self.wheel, self.store), 8)

    def test_failing_again_is_the_same_record_and_success_resolves_it(self):
        order = self._orders(5)
        order.with_user(self.operator).backflush_complete()
        order.with_user(self.operator).backflush_complete()
        error = order.backflush_error_ids
        self.assertRecordValues(error, [{"state": "open", "attempts": 1}])
        self._put(self.wheel, 20, self.store)
        error.with_user(self.supervisor).action_retry()
        self.assertEqual((order.state, error.state), ("done", "resolved"))

    def test_who_may_not_complete_orders_leaves_no_failure(self):
        order = self._orders(5)
        with self.assertRaises(AccessError):
            order.with_user(self.accountant).backflush_complete()
        self.assertFalse(order.backflush_error_ids)

    def test_completed_in_another_way_the_failure_is_resolved(self):
        order = self._orders(5)
        order.with_user(self.operator).backflush_complete()
        self._put(self.wheel, 20, self.store)
        self._complete(order)
        self.assertEqual(order.backflush_error_ids.state, "resolved")

    def test_repeating_the_call_completes_nothing_twice(self):
        self._put(self.wheel, 100, self.store)
        orders = self._orders(1, 2, 3)
        first = orders.with_user(self.operator).backflush_complete(slice_size=2)
        again = orders.with_user(self.operator).backflush_complete(slice_size=2)
        self.assertEqual(first, {"done": orders.ids, "failed": []})
        self.assertEqual(again, {"done": [], "failed": []})
        self.assertEqual(self._on_hand(self.wheel, self.store), 76)

    def test_a_question_that_nobody_answers_is_a_failure(self):
        self._put(self.wheel, 100, self.store)
        self.warehouse.manu_type_id.create_backorder = "ask"
        order = self._orders(5)
        order.qty_producing = 2
        order.set_qty_producing()
        result = order.with_user(self.operator).backflush_complete()
        self.assertIn("has a question first", result["failed"][0]["reason"])
        self.assertNotEqual(order.state, "done")
        self.assertEqual(order.backflush_error_ids.cause, "other")

    def test_a_slice_of_nothing_is_refused(self):
        order = self._orders(1).with_user(self.operator)
        for junk in (0, -1, 1.5, "two", False, float("nan")):
            with self.subTest(slice_size=junk):
                with self.assertRaisesRegex(UserError, "slice"):
                    order.backflush_complete(slice_size=junk)
        self.assertEqual(order.state, "confirmed")

    def test_an_order_that_is_named_twice_is_completed_once(self):
        self._put(self.wheel, 20, self.store)
        order = self._orders(1)
        twice = order.with_user(self.operator).browse([order.id, order.id])
        result = twice.backflush_complete()
        self.assertEqual(result, {"done": order.ids, "failed": []})
        self.assertEqual(self._on_hand(self.wheel, self.store), 16)
        self.assertEqual(self._on_hand(self.cart, self.store), 1)

    def test_an_order_that_is_gone_is_named(self):
        gone = self.env["mrp.production"].browse(10**8).with_user(self.operator)
        with self.assertRaises(MissingError):
            gone.backflush_complete()
