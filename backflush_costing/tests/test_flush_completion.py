from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestFlushCompletion(BackflushCommon):
    """What a completed order takes, from where, and what becomes of the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.wheel = cls._product("Wheel", 10.0)
        cls.wheel.product_tmpl_id.property_backflush_location_id = cls.line_side
        cls.body = cls._product("Body", 100.0)
        cls.cart = cls._product("Cart", 140.0)
        cls._bom(cls.cart, [(cls.wheel, 4), (cls.body, 1)])

    def test_available_components_leave_their_line_side(self):
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        order = self._produce(self.cart, 5)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.wheel), 80)
        self.assertEqual(self._on_hand(self.body, self.store), 95)
        self.assertEqual(self._on_hand(self.cart, self.store), 5)
        self.assertFalse(order.backflush_error_ids)

    def test_shortage_is_parked_and_nothing_goes_negative(self):
        self._put(self.wheel, 14)
        self._put(self.body, 100, self.store)
        order = self._produce(self.cart, 5)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.wheel), 0)
        self.assertEqual(self._on_hand(self.cart, self.store), 5)
        self.assertRecordValues(
            order.backflush_error_ids,
            [
                {
                    "product_id": self.wheel.id,
                    "cause": "insufficient_stock",
                    "state": "open",
                    "quantity": 6,
                    "quantity_open": 6,
                    "amount": 60,
                    "location_id": self.line_side.id,
                }
            ],
        )
        line = order.backflush_confirmation_ids.line_ids.filtered(
            lambda line: line.product_id == self.wheel
        )
        self.assertRecordValues(
            line,
            [
                {
                    "required_quantity": 20,
                    "deviation_quantity": 0,
                    "issued_quantity": 14,
                    "open_quantity": 6,
                    "written_off_quantity": 0,
                    "difference_quantity": 0,
                }
            ],
        )

    def test_a_component_that_is_wholly_missing_keeps_its_demand(self):
        self._put(self.body, 100, self.store)
        order = self._produce(self.cart, 5)
        self.assertEqual(order.state, "done")
        self.assertEqual(order.backflush_error_ids.quantity_open, 20)
        self.assertFalse(
            self.env["stock.quant"].search(
                [("product_id", "=", self.wheel.id), ("quantity", "<", 0)]
            )
        )

    def test_every_component_missing_still_completes(self):
        order = self._produce(self.cart, 2)
        self.assertEqual(order.state, "done")
        self.assertEqual(
            order.backflush_error_ids.sorted("quantity").mapped("quantity_open"), [2, 8]
        )

    def test_retry_issues_what_arrived_and_extends_the_genealogy(self):
        self._put(self.wheel, 14)
        self._put(self.body, 100, self.store)
        order = self._produce(self.cart, 5)
        error = order.backflush_error_ids
        self._put(self.wheel, 4)
        error.with_user(self.supervisor).action_retry()
        self.assertRecordValues(
            error, [{"state": "open", "quantity_open": 2, "quantity_issued": 4}]
        )
        self._put(self.wheel, 10)
        error.with_user(self.supervisor).action_retry()
        self.assertRecordValues(
            error, [{"state": "resolved", "quantity_open": 0, "attempts": 2}]
        )
        self.assertEqual(self._on_hand(self.wheel), 8)
        consumed = order.move_finished_ids.move_line_ids.consume_line_ids
        wheels = consumed.filtered(lambda line: line.product_id == self.wheel)
        self.assertEqual(sum(wheels.mapped("quantity")), 20)
        self.assertEqual(order.state, "done")
        self.assertFalse(
            any(order.backflush_confirmation_ids.line_ids.mapped("difference_quantity"))
        )

    def test_issue_from_another_location(self):
        self._put(self.body, 100, self.store)
        order = self._produce(self.cart, 1)
        self._put(self.wheel, 50, self.store)
        error = order.backflush_error_ids
        error.with_user(self.supervisor).action_issue_from(self.store.id)
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.wheel, self.store), 46)

    def test_block_refuses_and_names_what_is_missing(self):
        self.company.shortage_profile = "block"
        self._put(self.wheel, 3)
        self._put(self.body, 100, self.store)
        order = self._order(self.cart, 1)
        with self.assertRaisesRegex(UserError, r"1\.00 Units of Wheel"):
            self._complete(order)
        self.assertNotEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.wheel), 3)

    def test_operation_type_wins_over_the_company(self):
        self.warehouse.manu_type_id.shortage_profile = "block"
        order = self._order(self.cart, 1)
        with self.assertRaises(UserError):
            self._complete(order)

    def test_a_flush_does_not_take_what_others_reserved(self):
        self._put(self.wheel, 10)
        self._put(self.body, 100, self.store)
        reserved = self.env["stock.move"].create(
            {
                "product_id": self.wheel.id,
                "product_uom_qty": 8,
                "product_uom": self.wheel.uom_id.id,
                "location_id": self.line_side.id,
                "location_dest_id": self.store.id,
            }
        )
        reserved._action_confirm()
        reserved._action_assign()
        self.assertEqual(reserved.quantity, 8)
        order = self._produce(self.cart, 1)
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)
        self.assertEqual(reserved.quantity, 8)
        self.assertEqual(self._on_hand(self.wheel), 8)

    def test_floor_stock_is_not_reserved_by_an_order(self):
        self._put(self.wheel, 10)
        order = self._order(self.cart, 1)
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        self.assertEqual(wheel.quantity, 0)
        self.assertEqual(wheel.procure_method, "make_to_stock")

    def test_two_orders_in_one_call_share_one_bin(self):
        self._put(self.wheel, 6)
        self._put(self.body, 100, self.store)
        orders = self._order(self.cart, 1) | self._order(self.cart, 1)
        self._complete(orders)
        self.assertEqual(orders.mapped("state"), ["done", "done"])
        self.assertEqual(orders.backflush_error_ids.quantity_open, 2)
        self.assertEqual(self._on_hand(self.wheel), 0)

    def test_over_consumption_is_a_recorded_deviation(self):
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        order = self._order(self.cart, 1)
        order.qty_producing = 1
        order.set_qty_producing()
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        wheel.quantity = 5
        order.with_context(skip_consumption=True).button_mark_done()
        line = order.backflush_confirmation_ids.line_ids.filtered(
            lambda line: line.product_id == self.wheel
        )
        self.assertRecordValues(
            line,
            [
                {
                    "required_quantity": 4,
                    "deviation_quantity": 1,
                    "issued_quantity": 5,
                    "difference_quantity": 0,
                }
            ],
        )

    def test_manual_takes_what_was_entered_and_only_that(self):
        self.wheel.product_tmpl_id.flush_method = "manual"
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        untouched = self._produce(self.cart, 1)
        self.assertEqual(self._on_hand(self.wheel), 100)
        self.assertEqual(untouched.state, "done")
        order = self._order(self.cart, 1)
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        wheel.quantity = 3
        wheel.picked = True
        self._complete(order)
        self.assertEqual(self._on_hand(self.wheel), 97)

    def test_manual_component_of_an_operation_is_not_picked_by_core(self):
        workcenter = self._workcenter("Assembly", 60)
        bolt = self._product("Bolt", 1.0)
        frame = self._product("Frame", 5.0)
        bom = self._bom(frame, [(bolt, 2)], [(workcenter, 5)])
        bom.bom_line_ids.operation_id = bom.operation_ids
        bom.bom_line_ids.flush_method = "manual"
        self._put(bolt, 10, self.store)
        order = self._produce(frame, 1)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(bolt, self.store), 10)

    def test_backorder_gets_a_confirmation_of_its_own(self):
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        order = self._order(self.cart, 5)
        order.qty_producing = 2
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        self.assertEqual(self._on_hand(self.wheel), 92)
        line = order.backflush_confirmation_ids.line_ids[:1]
        self.assertEqual(line.required_quantity, 8)
        backorder = order.production_group_id.production_ids - order
        self.assertEqual(
            backorder.move_raw_ids[0].location_id, order.move_raw_ids[0].location_id
        )
        self._complete(backorder)
        self.assertEqual(self._on_hand(self.wheel), 80)
        self.assertEqual(len(backorder.backflush_confirmation_ids), 1)

    def test_a_program_that_reports_the_quantity_alone_loses_no_requirement(self):
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        order = self._order(self.cart, 5).with_user(self.operator)
        order.qty_producing = 5
        order.with_context(
            skip_consumption=True, skip_backorder=True, skip_redirection=True
        ).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.wheel), 80)
        self.assertEqual(self._on_hand(self.body, self.store), 95)

    def test_two_quants_of_the_same_stock_count_together(self):
        """What core leaves behind where a quant was locked is no free stock."""
        self._put(self.wheel, 10)
        self._put(self.body, 100, self.store)
        self.env.cr.execute(
            """INSERT INTO stock_quant (
                    product_id, location_id, company_id, quantity, reserved_quantity,
                    in_date
               ) VALUES (%s, %s, %s, -7, 0, now())""",
            (self.wheel.id, self.line_side.id, self.company.id),
        )
        order = self._produce(self.cart, 1)
        self.assertEqual(order.backflush_error_ids.quantity_open, 1)
        self.assertEqual(self._on_hand(self.wheel), 0)

    def test_completing_twice_confirms_once(self):
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        order = self._produce(self.cart, 1)
        order.with_context(skip_redirection=True).button_mark_done()
        self.assertEqual(len(order.backflush_confirmation_ids), 1)
        self.assertEqual(self._on_hand(self.wheel), 96)

    def test_a_bin_that_the_report_names_is_used_first(self):
        bins = self.env["stock.location"].create(
            [
                {"name": name, "usage": "internal", "location_id": self.line_side.id}
                for name in ("A", "B")
            ]
        )
        for place in bins:
            self._put(self.wheel, 10, place)
        self._put(self.body, 100, self.store)
        order = self._order(self.cart, 1)
        order.qty_producing = 1
        order.set_qty_producing()
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        wheel.move_line_ids.location_id = bins[1]
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(self._on_hand(self.wheel, bins[0]), 10)
        self.assertEqual(self._on_hand(self.wheel, bins[1]), 6)

    def test_a_question_of_core_costs_nobody_the_reservation(self):
        self.wheel.product_tmpl_id.flush_method = "manual"
        self.cart.bom_ids.consumption = "warning"
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        order = self._order(self.cart, 1)
        order.action_assign()
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        self.assertEqual(wheel.quantity, 4)
        order.qty_producing = 1
        order.set_qty_producing()
        question = order.button_mark_done()
        self.assertEqual(question["res_model"], "mrp.consumption.warning")
        self.assertEqual(wheel.quantity, 4)
        self.assertFalse(wheel.picked)
