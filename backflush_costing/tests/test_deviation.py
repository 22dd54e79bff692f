from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviation(DeviationCommon):
    """Scrap, over-use and under-use: recorded before, issued at the confirmation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wheel = cls._product("Wheel", 10.0)
        cls.body = cls._product("Body", 100.0)
        cls.cart = cls._product("Cart", 140.0)
        cls._bom(cls.cart, [(cls.wheel, 4), (cls.body, 1)])

    def setUp(self):
        super().setUp()
        self._put(self.wheel, 100, self.store)
        self._put(self.body, 100, self.store)

    def test_scrap_is_issued_with_the_completion_and_closed_by_it(self):
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        self.assertEqual(scrap.state, "approved")
        self.assertEqual(scrap.approved_by_id, self.operator)
        self._complete(order)
        self.assertEqual(self._on_hand(self.wheel, self.store), 77)
        self.assertLine(order, self.wheel, 20, 3, 3)
        self.assertLine(order, self.body, 5, 0, 0)
        self.assertEqual(scrap.state, "closed")
        self.assertEqual(scrap.quantity_used, 3)
        self.assertRecordValues(
            scrap.use_ids,
            [
                {
                    "confirmation_id": order.backflush_confirmation_ids.id,
                    "product_id": self.wheel.id,
                    "quantity": 3,
                }
            ],
        )

    def test_an_order_that_nobody_reported_on_issues_what_was_recorded(self):
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 3)
        order.with_user(self.operator).with_context(
            skip_redirection=True
        ).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertLine(order, self.wheel, 20, 3, 3)
        self.assertEqual(self._on_hand(self.wheel, self.store), 77)

    def test_over_use_and_under_use_change_what_is_issued(self):
        order = self._order(self.cart, 5)
        self._record(order, "overuse", self.wheel, 2)
        self._record(order, "underuse", self.body, 1)
        self._complete(order)
        self.assertLine(order, self.wheel, 20, 2, 2)
        self.assertLine(order, self.body, 5, -1, -1)
        self.assertEqual(self._on_hand(self.body, self.store), 96)

    def test_several_documents_of_one_component_add_up(self):
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 3)
        self._record(order, "underuse", self.wheel, 1)
        self._complete(order)
        self.assertLine(order, self.wheel, 20, 2, 2)
        self.assertEqual(
            sorted(self._line(order, self.wheel).use_ids.mapped("quantity")), [-1, 3]
        )

    def test_what_was_entered_is_the_truth_and_the_documents_explain_it(self):
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        self._report(order, 5, {self.wheel: 25})
        self.assertEqual(self._on_hand(self.wheel, self.store), 75)
        self.assertLine(order, self.wheel, 20, 5, 3)
        self.assertEqual(scrap.state, "closed")

    def test_a_document_explains_no_more_than_was_reported(self):
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        self._report(order, 5, {self.wheel: 22})
        self.assertLine(order, self.wheel, 20, 2, 2)
        self.assertEqual(scrap.quantity_used, 2)

    def test_what_was_reported_without_a_document_is_shown(self):
        order = self._order(self.cart, 5)
        self._report(order, 5, {self.wheel: 21})
        self.assertLine(order, self.wheel, 20, 1, 0)
        confirmations = self.env["backflush.confirmation"].with_user(self.supervisor)
        found = confirmations.search([("line_ids.undocumented_quantity", "!=", 0)])
        self.assertEqual(found.production_id, order)
        self.assertTrue(found.has_undocumented)
        self.assertFalse(
            self._produce(self.cart, 1).backflush_confirmation_ids.has_undocumented
        )

    def test_an_edit_after_completion_is_without_a_document(self):
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 3)
        self._complete(order)
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        self._as(self.planner, wheel).move_line_ids.quantity = 24
        self.assertLine(order, self.wheel, 20, 4, 3)

    def test_an_unbuild_is_no_undocumented_deviation(self):
        order = self._produce(self.cart, 5)
        self._unbuild(order, 2)
        line = self._line(order, self.wheel)
        self.assertEqual(line.deviation_quantity, -8)
        self.assertEqual(line.undocumented_quantity, 0)

    def test_scrap_that_is_missing_waits_in_the_error_queue(self):
        nut = self._product("Nut", 1.0)
        box = self._product("Box", 4.0)
        self._bom(box, [(nut, 4)])
        self._put(nut, 5, self.store)
        order = self._order(box, 1)
        self._record(order, "scrap", nut, 3)
        self._complete(order)
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)
        self.assertLine(order, nut, 4, 3, 3)
        self.assertEqual(self._on_hand(nut, self.store), 0)

    def test_a_backorder_begins_without_the_deviations_of_its_order(self):
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 3)
        order.qty_producing = 2
        order.set_qty_producing()
        order.with_user(self.operator).with_context(
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        self.assertLine(order, self.wheel, 8, 3, 3)
        backorder = order.production_group_id.production_ids - order
        self._complete(backorder)
        self.assertLine(backorder, self.wheel, 12, 0, 0)

    def test_the_quantity_is_recorded_in_any_unit_of_its_kind(self):
        order = self._order(self.cart, 5)
        dozen = self.env.ref("uom.product_uom_dozen")
        scrap = self._record(order, "scrap", self.wheel, 1, uom_id=dozen.id)
        self.assertEqual(scrap.value, 120)
        self._complete(order)
        self.assertLine(order, self.wheel, 20, 12, 12)
        with self.assertRaisesRegex(ValidationError, "cannot be converted to Units"):
            self._record(
                self._order(self.cart, 1),
                "scrap",
                self.wheel,
                1,
                uom_id=self.env.ref("uom.product_uom_kgm").id,
            )

    def test_above_the_limit_a_supervisor_approves_before_the_completion(self):
        self.company.backflush_deviation_limit = 25
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        self.assertEqual(scrap.state, "draft")
        self.assertEqual(order.backflush_deviation_waiting_count, 1)
        with self.assertRaisesRegex(UserError, f"{scrap.name} on {order.name}: Scrap"):
            self._complete(order)
        scrap.with_user(self.supervisor).action_approve()
        self._complete(order)
        self.assertLine(order, self.wheel, 20, 3, 3)
        below = self._record(self._order(self.cart, 1), "scrap", self.wheel, 2)
        self.assertEqual(below.state, "approved")

    def test_a_cancelled_document_has_no_effect(self):
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        scrap.with_user(self.supervisor).action_cancel()
        self._complete(order)
        self.assertLine(order, self.wheel, 20, 0, 0)
        self.assertEqual(scrap.state, "cancelled")

    def test_an_order_that_is_cancelled_takes_its_documents_along(self):
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        self._as(self.planner, order).action_cancel()
        self.assertEqual(scrap.state, "cancelled")

    def test_a_completed_order_takes_no_more_documents(self):
        order = self._produce(self.cart, 1)
        with self.assertRaisesRegex(ValidationError, "before it is completed"):
            self._record(order, "scrap", self.wheel, 1)

    def test_only_components_of_the_order_deviate(self):
        order = self._order(self.cart, 1)
        with self.assertRaisesRegex(ValidationError, "not a component of"):
            self._record(order, "scrap", self._product("Door"), 1)

    def test_a_strict_bill_of_materials_asks_nothing_about_documents(self):
        self.cart.bom_ids.consumption = "strict"
        order = self._order(self.cart, 5)
        self._record(order, "scrap", self.wheel, 3)
        mine = order.with_user(self.operator)
        mine.qty_producing = 5
        mine.set_qty_producing()
        wheel = mine.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        wheel.quantity = 24
        question = mine.button_mark_done()
        self.assertEqual(question["res_model"], "mrp.consumption.warning")
        wheel.quantity = 23
        mine.with_context(skip_redirection=True).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertLine(order, self.wheel, 20, 3, 3)

    def test_a_document_makes_a_confirmation_where_nothing_else_is_set_up(self):
        self.company.write({"flush_method": False, "shortage_profile": False})
        bare = self._order(self.cart, 1)
        self._complete(bare)
        self.assertFalse(bare.backflush_confirmation_ids)
        order = self._order(self.cart, 1)
        self._record(order, "scrap", self.wheel, 3)
        self._complete(order)
        self.assertLine(order, self.wheel, 4, 3, 3)
        self.assertEqual(self._on_hand(self.wheel, self.store), 100 - 4 - 7)

    def test_the_operator_records_with_a_few_taps(self):
        order = self._order(self.cart, 5)
        wizard = Form(
            self.env["backflush.deviation.record"]
            .with_user(self.operator)
            .with_context(active_model="mrp.production", active_id=order.id)
        )
        wizard.product_id = self.wheel
        self.assertEqual(wizard.planned_quantity, 20)
        wizard.quantity = 3
        wizard.reason_id = self.reason
        wizard.save().action_record()
        self.assertRecordValues(
            order.backflush_deviation_ids,
            [
                {
                    "kind": "scrap",
                    "quantity": 3,
                    "state": "approved",
                    "requested_by_id": self.operator.id,
                }
            ],
        )
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        self.assertEqual(wheel.backflush_deviation_quantity, 3)
