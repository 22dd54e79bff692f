from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BackflushCommon


class DeviationCommon(BackflushCommon):
    """Deviations recorded and applied by the people who do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.reason = cls.env.ref("backflush_costing.deviation_reason_other")
        cls.second = cls._user("second", "group_backflush_supervisor")

    def _record(self, order, kind, product, quantity, user=None, **vals):
        """A deviation as an operator records it."""
        deviation = (
            self.env["backflush.deviation"]
            .with_user(user or self.operator)
            .create(
                {
                    "kind": kind,
                    "production_id": order.id,
                    "product_id": product.id,
                    "quantity": quantity,
                    "reason_id": self.reason.id,
                    **vals,
                }
            )
        )
        deviation.action_record()
        return deviation.sudo()

    def _substitution(self, product, substitute, approve=True, **vals):
        """A substitution that the supervisor approved, asked for by an operator."""
        deviation = (
            self.env["backflush.deviation"]
            .with_user(self.operator)
            .create(
                {
                    "kind": "substitution",
                    "product_id": product.id,
                    "substitute_id": substitute.id,
                    "reason_id": self.reason.id,
                    **vals,
                }
            )
        )
        if approve:
            deviation.with_user(self.supervisor).action_approve()
        return deviation.sudo()

    def _apply(self, deviation, order, quantity=None, **kwargs):
        deviation.with_user(self.operator).action_apply(order.id, quantity, **kwargs)
        return order.move_raw_ids.filtered(
            lambda m: m.backflush_deviation_id == deviation
        )

    def _report(self, order, quantity, used):
        """Report the quantity, and what was really used where it differs."""
        order = order.with_user(self.operator)
        order.qty_producing = quantity
        order.set_qty_producing()
        for product, amount in used.items():
            move = order.move_raw_ids.filtered(lambda m, p=product: m.product_id == p)
            move.quantity = amount
            move.picked = True
        order.with_context(
            skip_consumption=True, skip_backorder=True, skip_redirection=True
        ).button_mark_done()
        return order.sudo()

    def _line(self, order, product):
        return order.backflush_confirmation_ids.line_ids.filtered(
            lambda line: line.product_id == product
        )

    def assertLine(self, order, product, required, deviation, documented):
        """The equation of a line, and who explains its deviation."""
        self.assertRecordValues(
            self._line(order, product),
            [
                {
                    "required_quantity": required,
                    "deviation_quantity": deviation,
                    "documented_quantity": documented,
                    "undocumented_quantity": deviation - documented,
                    "difference_quantity": 0,
                }
            ],
        )


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


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestSubstitution(DeviationCommon):
    """Approved in general, applied order by order, within its bounds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kg = cls.env.ref("uom.product_uom_kgm")
        cls.kg, cls.gram = kg, cls.env.ref("uom.product_uom_gram")
        cls.a = cls._product("A", 4.0, uom_id=kg.id)
        cls.b = cls._product("B", 5.0, uom_id=kg.id)
        cls.b.product_tmpl_id.property_backflush_location_id = cls.line_side
        cls.mix = cls._product("Mix", 40.0)
        cls.bom = cls._bom(cls.mix, [(cls.a, 10)])

    def setUp(self):
        super().setUp()
        self._put(self.a, 1000, self.store)
        self._put(self.b, 1000)

    def test_part_of_the_demand_moves_to_the_substitute(self):
        deviation = self._substitution(self.a, self.b)
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 30)
        original = order.move_raw_ids - line
        self.assertRecordValues(
            line | original,
            [
                {
                    "product_id": self.b.id,
                    "product_uom_qty": 30,
                    "location_id": self.line_side.id,
                    "flush_method": "completion",
                    "backflush_substituted_move_id": original.id,
                },
                {
                    "product_id": self.a.id,
                    "product_uom_qty": 70,
                    "location_id": self.store.id,
                    "flush_method": "completion",
                    "backflush_substituted_move_id": False,
                },
            ],
        )
        self._complete(order)
        self.assertEqual(self._on_hand(self.a, self.store), 930)
        self.assertEqual(self._on_hand(self.b), 970)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)
        self.assertEqual(deviation.quantity_used, 30)
        self.assertEqual(deviation.state, "approved")

    def test_all_of_it_where_nothing_is_said(self):
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order)
        self._complete(order)
        self.assertLine(order, self.a, 100, -100, -100)
        self.assertLine(order, self.b, 0, 100, 100)
        self.assertEqual(self._on_hand(self.a, self.store), 1000)

    def test_the_ratio_holds_across_units(self):
        """1 kg of A is replaced by 1,200 g of B."""
        deviation = self._substitution(
            self.a, self.b, ratio=1200, substitute_uom_id=self.gram.id, quantity=50
        )
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 20)
        self.assertEqual(line.product_uom_qty, 24000)
        self.assertEqual(line.product_uom, self.gram)
        self.assertEqual(deviation.quantity_planned, 20)
        self.assertEqual(deviation.quantity_left, 30)
        self._complete(order)
        self.assertEqual(self._on_hand(self.b), 976)
        self.assertLine(order, self.a, 100, -20, -20)
        self.assertLine(order, self.b, 0, 24, 24)
        self.assertEqual(deviation.quantity_used, 20)

    def test_the_approved_quantity_is_used_up_and_no_more(self):
        deviation = self._substitution(self.a, self.b, quantity=50)
        first = self._order(self.mix, 10)
        self._apply(deviation, first, 30)
        second = self._order(self.mix, 10)
        with self.assertRaisesRegex(UserError, "20.0 kg of A may still be replaced"):
            self._apply(deviation, second, 21)
        self._apply(deviation, second)
        self.assertEqual(deviation.quantity_left, 0)
        with self.assertRaisesRegex(UserError, "is exhausted"):
            self._apply(deviation, self._order(self.mix, 1))
        self._complete(first | second)
        self.assertEqual(deviation.quantity_used, 50)
        self.assertEqual(deviation.state, "closed")

    def test_more_of_the_substitute_than_planned_draws_on_the_approval(self):
        deviation = self._substitution(self.a, self.b, quantity=40)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        self._report(order, 10, {self.a: 70, self.b: 32})
        self.assertLine(order, self.b, 0, 32, 32)
        self.assertLine(order, self.a, 100, -30, -32)
        self.assertEqual(deviation.quantity_left, 8)

    def test_beyond_the_approval_nothing_is_documented(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        self._report(order, 10, {self.a: 70, self.b: 32})
        self.assertLine(order, self.b, 0, 32, 30)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertEqual(deviation.state, "closed")

    def test_scrap_of_a_substitute_is_a_document_of_its_own(self):
        deviation = self._substitution(self.a, self.b)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        scrap = self._record(order, "scrap", self.b, 2)
        self._complete(order)
        self.assertLine(order, self.b, 0, 32, 32)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertEqual((deviation.quantity_used, scrap.quantity_used), (30, 2))

    def test_validity_is_that_of_the_event_day(self):
        order = self._order(self.mix, 10)
        over = self._substitution(
            self.a, self.b, date_from="2026-02-01", date_to="2026-03-01"
        )
        with self.assertRaisesRegex(UserError, "valid until 2026-03-01"):
            self._apply(over, order)
        ahead = self._substitution(self.a, self.b, date_from="2026-03-03")
        with self.assertRaisesRegex(UserError, "valid from 2026-03-03"):
            self._apply(ahead, order)
        self._apply(
            over.with_context(backflush_event_time="2026-03-01 12:00:00"), order, 10
        )
        today = self._substitution(
            self.a, self.b, date_from="2026-03-02", date_to="2026-03-02"
        )
        self._apply(today, order, 10)
        self.assertEqual(
            order.move_raw_ids.filtered(
                lambda m: m.product_id == self.a
            ).product_uom_qty,
            80,
        )

    def test_a_substitute_is_reported_within_the_validity_of_its_approval(self):
        """Planned while it was valid; what counts is when it was used."""
        approval = self._substitution(self.a, self.b, date_to="2026-03-02")
        late, after, back = (self._order(self.mix, 1) for _number in range(3))
        for order in late | after | back:
            self._apply(approval, order, 4)
        with freeze_time("2026-03-05 10:00:00"):
            with self.assertRaisesRegex(UserError, f"{after.name}.*until 2026-03-02"):
                self._complete(after)
            self.assertEqual(self._on_hand(self.b), 1000)
            self._complete(late.with_context(backflush_event_time="2026-03-02 15:00"))
            back.move_raw_ids.filtered("backflush_deviation_id").with_user(
                self.operator
            ).action_backflush_take_back()
            self._complete(back)
        self.assertLine(late, self.b, 0, 4, 4)
        self.assertLine(back, self.a, 10, 0, 0)

    def test_a_substitute_is_reported_at_its_operation_within_the_validity(self):
        self.company.flush_method = "operation"
        station = self._workcenter("Mixer", 60)
        drink = self._product("Drink", 40.0)
        self._bom(drink, [(self.a, 10)], [(station, 5)])
        approval = self._substitution(self.a, self.b, date_to="2026-03-02")
        order, after = self._order(drink, 1), self._order(drink, 1)
        for one in order | after:
            self._apply(approval, one, 4)
        with freeze_time("2026-03-05 10:00:00"):
            work = self._as(self.operator, order.workorder_ids)
            work.with_context(
                backflush_event_time="2026-03-02 15:00:00"
            ).button_finish()
            self.assertLine(order, self.b, 0, 4, 4)
            with self.assertRaisesRegex(UserError, "valid until 2026-03-02"):
                self._as(self.operator, after.workorder_ids).button_finish()

    def test_the_day_is_the_plants(self):
        """10:00 UTC on 2 March is 23:00 in Auckland, and the 3rd in Kiritimati."""
        deviation = self._substitution(self.a, self.b, date_to="2026-03-02")
        order = self._order(self.mix, 10)
        self.company.resource_calendar_id.tz = "Pacific/Kiritimati"
        with self.assertRaisesRegex(UserError, "valid until"):
            self._apply(deviation, order)
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        self._apply(deviation, order, 10)

    def test_restrictions_are_named(self):
        order = self._order(self.mix, 10)
        other = self._order(self.mix, 1)
        with self.assertRaisesRegex(UserError, f"it is for {other.name} alone"):
            self._apply(
                self._substitution(self.a, self.b, production_id=other.id), order
            )
        elsewhere = self._bom(self._product("Else"), [(self.a, 1)])
        with self.assertRaisesRegex(UserError, "it is for .*Else.* alone"):
            self._apply(self._substitution(self.a, self.b, bom_id=elsewhere.id), order)
        oven = self._workcenter("Oven", 60)
        with self.assertRaisesRegex(UserError, "it is for Oven alone"):
            self._apply(
                self._substitution(self.a, self.b, workcenter_id=oven.id), order
            )
        unapproved = self._substitution(self.a, self.b, approve=False)
        with self.assertRaisesRegex(UserError, "not an approved substitution"):
            self._apply(unapproved, order)
        foreign = self._substitution(self._product("C"), self.b)
        with self.assertRaisesRegex(UserError, "no open component C"):
            self._apply(foreign, order)
        with self.assertRaisesRegex(UserError, "needs 100.0 kg"):
            self._apply(self._substitution(self.a, self.b), order, 101)

    def test_a_substitution_is_well_formed(self):
        for vals, message in (
            ({"substitute_id": self.a.id}, "own substitute"),
            (
                {"substitute_id": self._product("Ink", is_storable=False).id},
                "Ink is not kept in stock",
            ),
            (
                {"substitute_uom_id": self.env.ref("uom.product_uom_unit").id},
                "converted",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self._substitution(self.a, self.b, approve=False, **vals)

    def test_it_can_be_taken_back_before_the_completion(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 30)
        with self.assertRaisesRegex(UserError, "planned on"):
            deviation.with_user(self.supervisor).action_cancel()
        line.with_user(self.operator).action_backflush_take_back()
        self.assertRecordValues(
            order.move_raw_ids, [{"product_id": self.a.id, "product_uom_qty": 100}]
        )
        self.assertEqual(deviation.quantity_left, 30)
        deviation.with_user(self.supervisor).action_cancel()
        self.assertEqual(deviation.state, "cancelled")

    def test_a_backorder_goes_on_with_the_substitute(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        order.qty_producing = 4
        order.set_qty_producing()
        order.with_user(self.operator).with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        self.assertLine(order, self.a, 40, -12, -12)
        self.assertLine(order, self.b, 0, 12, 12)
        self.assertEqual(
            (deviation.quantity_used, deviation.quantity_planned), (12, 18)
        )
        backorder = order.production_group_id.production_ids - order
        self._complete(backorder)
        self.assertLine(backorder, self.a, 60, -18, -18)
        self.assertEqual(deviation.state, "closed")

    def test_a_copy_of_the_order_does_not_draw_on_the_approval(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        order.copy().action_confirm()
        self.assertEqual(deviation.quantity_planned, 30)
        self.assertEqual(deviation.planned_move_ids.raw_material_production_id, order)

    def test_a_reversed_completion_gives_the_approval_back(self):
        deviation = self._substitution(self.a, self.b, quantity=50)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        self._complete(order)
        self.assertEqual(deviation.quantity_left, 20)
        order.backflush_confirmation_ids.with_user(self.supervisor).action_reverse(
            "Wrong order", reopen=False
        )
        self.assertEqual(deviation.quantity_left, 50)
        lines = order.backflush_confirmation_ids.line_ids
        self.assertFalse(any(lines.mapped("undocumented_quantity")))

    def test_components_of_kits_are_replaced_too(self):
        kit = self._product("Kit", 0.0)
        self._bom(kit, [(self.a, 5)], type="phantom")
        thing = self._product("Thing", 40.0)
        self._bom(thing, [(kit, 2)])
        order = self._order(thing, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self._complete(order)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)

    def test_an_order_without_a_bill_of_materials_keeps_what_it_planned(self):
        order = self.env["mrp.production"].create(
            {
                "product_id": self._product("Loose", 40.0).id,
                "product_qty": 1,
                "bom_id": False,
                "move_raw_ids": [
                    Command.create({"product_id": self.a.id, "product_uom_qty": 10})
                ],
            }
        )
        order.action_confirm()
        self._apply(self._substitution(self.a, self.b), order, 3)
        self._complete(order)
        self.assertLine(order, self.a, 10, -3, -3)
        self.assertLine(order, self.b, 0, 3, 3)

    def test_applied_after_the_quantity_was_entered(self):
        order = self._order(self.mix, 10)
        order.qty_producing = 10
        order.set_qty_producing()
        self._apply(self._substitution(self.a, self.b), order, 30)
        order.with_user(self.operator).with_context(
            skip_redirection=True
        ).button_mark_done()
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)

    def test_a_reserved_component_frees_what_is_replaced(self):
        self.a.product_tmpl_id.flush_method = "manual"
        order = self._order(self.mix, 10)
        order.action_assign()
        original = order.move_raw_ids
        self.assertEqual(original.quantity, 100)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self.assertEqual(original.quantity, 70)

    def test_a_strict_bill_of_materials_accepts_the_substitute(self):
        self.bom.consumption = "strict"
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        mine = order.with_user(self.operator).with_context(skip_redirection=True)
        mine.qty_producing = 10
        mine.set_qty_producing()
        self.assertIs(mine.button_mark_done(), True)
        self.assertEqual(order.state, "done")

    def test_the_operator_applies_what_is_approved_with_a_few_taps(self):
        deviation = self._substitution(self.a, self.b)
        order = self._order(self.mix, 10)
        wizard = Form(
            self.env["backflush.deviation.record"]
            .with_user(self.operator)
            .with_context(active_model="mrp.production", active_id=order.id)
        )
        wizard.kind = "substitution"
        self.assertEqual(wizard.product_id, self.a)
        self.assertEqual(wizard.deviation_id, deviation)
        wizard.quantity = 30
        wizard.save().action_record()
        self.assertEqual(deviation.quantity_planned, 30)

    def test_the_operator_asks_for_a_substitution(self):
        order = self._order(self.mix, 10)
        wizard = Form(
            self.env["backflush.deviation.record"]
            .with_user(self.operator)
            .with_context(active_model="mrp.production", active_id=order.id)
        )
        wizard.kind = "substitution"
        wizard.substitute_id = self.b
        wizard.quantity = 30
        wizard.reason_id = self.reason
        answer = wizard.save().action_record()
        self.assertEqual(answer["tag"], "display_notification")
        deviation = order.backflush_deviation_ids
        self.assertEqual(deviation.state, "draft")
        deviation.with_user(self.supervisor).action_approve()
        self._apply(deviation, order, 30)
        self._complete(order)
        self.assertEqual(deviation.state, "closed")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationAtOperations(DeviationCommon):
    """Components that their operation issues deviate with its report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.flush_method = "operation"
        cls.oven = cls._workcenter("Oven", 60)
        cls.a = cls._product("A", 4.0)
        cls.b = cls._product("B", 5.0)
        cls.b.product_tmpl_id.write(
            {
                "flush_method": "completion",
                "property_backflush_location_id": cls.line_side.id,
            }
        )
        cls.mix = cls._product("Mix", 40.0)
        bom = cls._bom(cls.mix, [(cls.a, 10)], [(cls.oven, 1)])
        bom.bom_line_ids.operation_id = bom.operation_ids

    def setUp(self):
        super().setUp()
        self._put(self.a, 1000, self.store)
        self._put(self.b, 1000)

    def _finish(self, order, quantity):
        workorder = order.workorder_ids.with_user(self.operator)
        workorder.button_start()
        workorder.qty_produced = quantity
        workorder.button_finish()

    def test_scrap_is_issued_with_the_operation(self):
        order = self._order(self.mix, 10)
        scrap = self._record(order, "scrap", self.a, 3)
        self._finish(order, 10)
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        self.assertLine(order, self.a, 100, 3, 3)
        self.assertEqual(scrap.state, "closed")
        self._complete(order)
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        self.assertFalse(
            any(
                order.backflush_confirmation_ids.line_ids.mapped(
                    "undocumented_quantity"
                )
            )
        )

    def test_scrap_after_the_operation_is_issued_with_the_completion(self):
        order = self._order(self.mix, 10)
        self._finish(order, 10)
        scrap = self._record(order, "scrap", self.a, 3)
        self._complete(order)
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        self.assertEqual(scrap.quantity_used, 3)

    def test_the_substitute_is_issued_where_the_component_would_be(self):
        deviation = self._substitution(self.a, self.b, workcenter_id=self.oven.id)
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 30)
        self.assertEqual(line.flush_method, "operation")
        self.assertEqual(line.location_id, self.line_side)
        self._finish(order, 10)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)
        self.assertEqual(self._on_hand(self.b), 970)
        self.assertEqual((deviation.quantity_used, deviation.quantity_planned), (30, 0))
        self._complete(order)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.a, self.store), 930)

    def test_a_strict_bill_of_materials_accepts_what_operations_documented(self):
        self.mix.bom_ids.consumption = "strict"
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self._record(order, "scrap", self.a, 3)
        self._finish(order, 10)
        mine = order.with_user(self.operator).with_context(skip_redirection=True)
        mine.qty_producing = 10
        mine.set_qty_producing()
        self.assertIs(mine.button_mark_done(), True)
        self.assertEqual(order.state, "done")
