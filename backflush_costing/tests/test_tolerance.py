from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestTolerance(BackflushCommon):
    """Reports beyond the tolerance need a Supervisor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.wheel = cls._product("Wheel", 10.0)
        cls.body = cls._product("Body", 100.0)
        cls.cart = cls._product("Cart", 140.0)
        cls.bom = cls._bom(cls.cart, [(cls.wheel, 4), (cls.body, 1)])
        cls.integration = cls._user("integration", "group_integration")

    def setUp(self):
        super().setUp()
        self._put(self.wheel, 1000, self.store)
        self._put(self.body, 1000, self.store)

    def _check_components(self, percent, place=None):
        (place or self.company).write(
            {"component_tolerance_rule": "percent", "component_tolerance": percent}
        )

    def _check_quantity(self, over, under, place=None):
        (place or self.company).write(
            {
                "quantity_tolerance_rule": "percent",
                "quantity_tolerance_over": over,
                "quantity_tolerance_under": under,
            }
        )

    def _report(self, wheels, user=None, made=10, **context):
        """An order of 10, reported with this many wheels; returns the order."""
        order = self._order(self.cart, 10)
        mine = order.with_user(user or self.operator)
        mine.qty_producing = made
        mine.set_qty_producing()
        wheel = mine.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        wheel.quantity = wheels
        mine.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            **context,
        ).button_mark_done()
        return order

    def test_empty_means_no_check(self):
        self.assertEqual(self._report(400).state, "done")

    def test_within_the_tolerance_an_operator_completes(self):
        self._check_components(5)
        for wheels in (38, 40, 42):
            order = self._report(wheels)
            self.assertEqual(order.state, "done")
            confirmation = order.backflush_confirmation_ids
            self.assertFalse(confirmation.deviation_confirmed_by_id)

    def test_beyond_it_an_operator_is_told_what_and_who(self):
        self._check_components(5)
        with self.assertRaisesRegex(
            UserError,
            r"Wheel: 40.00 Units required, 43.00 reported: \+7.50% \(allowed: 5.00%\)"
            r"[^$]*Supervisor",
        ):
            self._report(43)
        with self.assertRaisesRegex(UserError, r"-7.50%"):
            self._report(37)

    def test_an_operator_cannot_confirm_by_context(self):
        self._check_components(5)
        for user in (self.operator, self.integration):
            with self.assertRaises(UserError):
                self._report(43, user, backflush_confirm_deviations=True)

    def test_a_program_with_supervisors_rights_confirms_by_context(self):
        self._check_components(5)
        with self.assertRaisesRegex(UserError, "backflush_confirm_deviations=True"):
            self._report(43, self.supervisor)
        order = self._report(43, self.supervisor, backflush_confirm_deviations=True)
        self.assertEqual(order.state, "done")
        confirmation = order.backflush_confirmation_ids
        self.assertEqual(confirmation.deviation_confirmed_by_id, self.supervisor)
        self.assertIn("+7.50%", confirmation.deviation_confirmed_text)
        self.assertNotIn("Body", confirmation.deviation_confirmed_text)

    def test_the_most_specific_place_wins(self):
        self._check_components(50)
        self._check_components(20, self.warehouse.manu_type_id)
        self._check_components(10, self.wheel.product_tmpl_id)
        line = self.bom.bom_line_ids.filtered(lambda one: one.product_id == self.wheel)
        self._check_components(0, line)
        places = (
            (line, 41, "allowed: 0.00%"),
            (self.wheel.product_tmpl_id, 45, "allowed: 10.00%"),
            (self.warehouse.manu_type_id, 49, "allowed: 20.00%"),
            (self.company, 61, "allowed: 50.00%"),
        )
        for place, wheels, said in places:
            with self.assertRaisesRegex(UserError, said):
                self._report(wheels)
            place.component_tolerance_rule = False
        self.assertEqual(self._report(61).state, "done")

    def test_a_place_can_switch_the_check_off(self):
        self._check_components(5)
        self.wheel.component_tolerance_rule = "none"
        self.assertEqual(self._report(80).state, "done")

    def test_what_nothing_asks_for_is_beyond_any_tolerance(self):
        self._check_components(100)
        order = self._order(self.cart, 1)
        extra = self._product("Extra")
        self.env["stock.move"].create(
            {
                "raw_material_production_id": order.id,
                "product_id": extra.id,
                "product_uom_qty": 2,
            }
        )
        with self.assertRaisesRegex(UserError, "Extra: not required, 2.00 Units"):
            self._complete(order)

    def test_what_is_moved_to_another_line_of_the_component_is_no_deviation(self):
        self._check_components(0)
        order = self._order(self.cart, 10)
        self.env["stock.move"].create(
            {
                "raw_material_production_id": order.id,
                "product_id": self.wheel.id,
                "product_uom_qty": 0,
            }
        )
        order.action_confirm()
        order.qty_producing = 10
        order.set_qty_producing()
        wheels = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        self.assertEqual(len(wheels), 2)
        wheels[0].quantity = 34
        wheels[1].quantity = 6
        wheels.picked = True
        order.with_user(self.operator).with_context(
            skip_consumption=True
        ).button_mark_done()
        self.assertEqual(order.state, "done")

    def test_the_produced_quantity_above_and_below(self):
        self._check_quantity(over=10, under=20)
        for made in (8, 11):
            self.assertEqual(self._report(4 * made, made=made).state, "done")
        with self.assertRaisesRegex(UserError, r"Cart: 10.00 .* \+20.00%"):
            self._report(48, made=12)
        with self.assertRaisesRegex(UserError, r"-30.00% \(allowed: 20.00%\)"):
            self._report(28, made=7)

    def test_what_a_backorder_makes_is_not_missing(self):
        self._check_quantity(over=0, under=0)
        order = self._order(self.cart, 10)
        mine = order.with_user(self.operator)
        mine.qty_producing = 4
        mine.set_qty_producing()
        mine.with_context(
            skip_backorder=True, mo_ids_to_backorder=order.ids, skip_redirection=True
        ).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(len(order.production_group_id.production_ids), 2)

    def test_missing_stock_is_no_deviation(self):
        """The report counts, not what could be issued."""
        self._check_components(0)
        quants = self.env["stock.quant"].search([("product_id", "=", self.wheel.id)])
        quants.inventory_quantity = 3
        quants.action_apply_inventory()
        order = self._report(40)
        self.assertEqual(order.backflush_error_ids.quantity_open, 37)

    def test_several_orders_are_named_in_one_refusal(self):
        self._check_quantity(over=0, under=0)
        orders = self._order(self.cart, 10) | self._order(self.cart, 10)
        with self.assertRaises(UserError) as refused:
            self._complete(orders, 9)
        for order in orders:
            self.assertIn(order.name, str(refused.exception))

    def test_a_tolerance_alone_is_checked(self):
        self.company.write({"flush_method": False, "shortage_profile": False})
        self._check_components(5)
        with self.assertRaises(UserError):
            self._report(43)
        order = self._report(41)
        line = order.backflush_confirmation_ids.line_ids.filtered(
            lambda one: one.product_id == self.wheel
        )
        self.assertEqual(line.deviation_quantity, 1)

    def test_reports_at_an_operation_are_checked(self):
        self._check_components(5)
        welding = self._workcenter("Welding", 60)
        frame = self._product("Frame")
        bom = self._bom(frame, [(self.wheel, 4)], [(welding, 5)])
        bom.bom_line_ids.operation_id = bom.operation_ids
        bom.bom_line_ids.flush_method = "operation"
        order = self._order(frame, 10)
        order.move_raw_ids.write({"quantity": 50, "picked": True})
        with self.assertRaises(UserError) as refused:
            order.workorder_ids.with_user(self.operator).button_finish()
        self.assertIn("+25.00%", str(refused.exception))
        order.workorder_ids.with_user(self.supervisor).with_context(
            backflush_confirm_deviations=True
        ).button_finish()
        confirmation = order.backflush_confirmation_ids
        self.assertEqual(confirmation.deviation_confirmed_by_id, self.supervisor)

    def test_a_tolerance_below_zero_is_refused(self):
        places = (
            self.company,
            self.warehouse.manu_type_id,
            self.wheel.product_tmpl_id,
            self.bom.bom_line_ids[0],
        )
        for place in places:
            with self.subTest(place=place._name), self.assertRaises(UserError):
                self._check_components(-5, place)
        for place in places[:2]:
            with self.subTest(place=place._name), self.assertRaises(UserError):
                self._check_quantity(-5, 0, place)
            with self.subTest(place=place._name), self.assertRaises(UserError):
                self._check_quantity(0, -5, place)

    def test_two_lines_of_a_component_are_as_strict_as_the_stricter_one(self):
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.wheel.id, "product_qty": 1})
        ]
        loose, strict = self.bom.bom_line_ids.filtered(
            lambda line: line.product_id == self.wheel
        )
        loose.component_tolerance_rule = "none"
        self._check_components(0, strict)
        with self.assertRaisesRegex(UserError, "Wheel"):
            self._report_all(60)

    def _report_all(self, wheels):
        order = self._order(self.cart, 10)
        mine = order.with_user(self.operator)
        mine.qty_producing = 10
        mine.set_qty_producing()
        wheel = mine.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        wheel[0].quantity = wheels - wheel[1].quantity
        mine.with_context(skip_consumption=True).button_mark_done()
