from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationLimit(DeviationCommon):
    """The limit holds for an order and component, however many documents there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wheel = cls._product("Wheel", 10.0)
        cls.body = cls._product("Body", 100.0)
        cls.cart = cls._product("Cart", 140.0)
        cls._bom(cls.cart, [(cls.wheel, 4), (cls.body, 1)])
        cls.company.backflush_deviation_limit = 25
        cls.colleague = cls._user("colleague", "group_backflush_operator")

    def setUp(self):
        super().setUp()
        self._put(self.wheel, 100, self.store)
        self._put(self.body, 100, self.store)

    def test_what_is_split_over_documents_counts_together(self):
        order = self._order(self.cart, 5)
        first = self._record(order, "scrap", self.wheel, 2)
        self.assertEqual(first.state, "approved")
        second = self._record(order, "scrap", self.wheel, 1)
        self.assertEqual(second.state, "draft")
        with self.assertRaisesRegex(UserError, second.name):
            self._complete(order)
        second.with_user(self.supervisor).action_approve()
        self._complete(order)
        self.assertLine(order, self.wheel, 20, 3, 3)

    def test_neither_another_person_nor_another_kind_helps(self):
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 2)
        more = self._record(order, "overuse", self.wheel, 1, user=self.colleague)
        less = self._record(order, "underuse", self.wheel, 1)
        self.assertEqual((more | less).mapped("state"), ["draft", "draft"])
        with self.assertRaises(AccessError):
            more.with_user(self.operator).action_approve()

    def test_documents_that_take_effect_in_one_call_count_for_each_other(self):
        order = self._order(self.cart, 5)
        vals = {
            "kind": "scrap",
            "production_id": order.id,
            "product_id": self.wheel.id,
            "quantity": 2,
            "reason_id": self.reason.id,
        }
        documents = self.env["backflush.deviation"].with_user(self.operator)
        pair = documents.create([vals, vals])
        self.assertFalse(pair.action_record())
        self.assertEqual(pair.mapped("state"), ["approved", "draft"])
        both = documents.create([dict(vals, product_id=self.body.id)])
        self.assertFalse(both.action_record(), "200 alone is above the limit")

    def test_other_components_and_other_orders_count_apart(self):
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 2)
        other = self._record(self._order(self.cart, 5), "scrap", self.wheel, 2)
        self.assertEqual(other.state, "approved")

    def test_what_was_cancelled_or_not_borne_out_does_not_count(self):
        order = self._order(self.cart, 5)
        first = self._record(order, "scrap", self.wheel, 2)
        first.with_user(self.supervisor).action_cancel()
        second = self._record(order, "scrap", self.wheel, 2)
        self.assertEqual(second.state, "approved")

    def test_what_was_approved_above_the_limit_leaves_nothing_for_others(self):
        order = self._order(self.cart, 5)
        large = self._record(order, "scrap", self.wheel, 5)
        large.with_user(self.supervisor).action_approve()
        small = self._record(order, "scrap", self.wheel, 1)
        self.assertEqual(small.state, "draft")

    def test_the_form_says_before_that_a_supervisor_is_needed(self):
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 2)
        form = Form(
            self.env["backflush.deviation.record"]
            .with_user(self.operator)
            .with_context(active_model="mrp.production", active_id=order.id)
        )
        form.product_id = self.wheel
        form.quantity = 1
        self.assertTrue(form.needs_approval, "10 more than the 20 on the order")

    def test_scrapped_pieces_count_together_until_they_are_taken_back(self):
        self.company.backflush_deviation_limit = 300
        order = self._order(self.cart, 5)
        first = self._record(order, "product_scrap", self.cart, 2)
        self.assertEqual(first.state, "closed", "two pieces at 140")
        second = self._record(order, "product_scrap", self.cart, 1)
        self.assertEqual(second.state, "draft")
        second.with_user(self.operator).action_cancel()
        first.confirmation_ids.with_user(self.supervisor).action_reverse("Wrong order")
        third = self._record(order, "product_scrap", self.cart, 2)
        self.assertEqual(third.state, "closed")

    def test_reports_within_the_tolerance_are_within_it_together(self):
        self.company.write(
            {"component_tolerance_rule": "percent", "component_tolerance": 10}
        )
        order = self._order(self.cart, 5)
        self._report_part(order, 2, 8.8)
        rest = order.production_group_id.production_ids - order
        with self.assertRaisesRegex(UserError, "13.3"):
            self._report_part(rest, 3, 13.3)
        self._report_part(rest, 3, 13.2)
        self.assertEqual(self._on_hand(self.wheel, self.store), 78)

    def _report_part(self, order, quantity, wheels):
        """A report with what was used of the wheels; the rest goes to a backorder."""
        order = self._as(self.operator, order)
        order.qty_producing = quantity
        order.set_qty_producing()
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        wheel.quantity = wheels
        wheel.picked = True
        order.with_context(
            skip_consumption=True,
            skip_redirection=True,
            skip_backorder=True,
            mo_ids_to_backorder=order.ids if quantity < order.product_qty else [],
        ).button_mark_done()
