from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestReportingPoints(BackflushCommon):
    """Components that leave stock at their operation, before the product is there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        parts = cls._category("Parts")
        goods = cls._category("Goods")
        cls.welding = cls._workcenter("Welding", 60)
        cls.paint_shop = cls._workcenter("Paint Shop", 60)
        cls.tube = cls._product("Tube", 10.0, parts)
        cls.paint = cls._product("Paint", 5.0, parts)
        cls.seat = cls._product("Seat", 20.0, parts)
        cls.frame = cls._product("Frame", 0.0, goods)
        cls.bom = cls._bom(
            cls.frame,
            [(cls.tube, 4), (cls.paint, 1), (cls.seat, 1)],
            [(cls.welding, 6), (cls.paint_shop, 4)],
        )
        weld, coat = cls.bom.operation_ids
        tube, paint, _seat = cls.bom.bom_line_ids
        (tube + paint).flush_method = "operation"
        tube.operation_id, paint.operation_id = weld, coat
        cls.policy = cls._policy()
        for category, role in ((parts, "material"), (goods, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )

    def setUp(self):
        super().setUp()
        for product in (self.tube, self.paint, self.seat):
            self._buy(product, 100, product.standard_price, self.store)

    def _finish(self, order, name, quantity=None, user=None):
        """Report an operation as finished, as an operator at its work centre."""
        workorder = order.workorder_ids.filtered(lambda w: w.workcenter_id.name == name)
        workorder = workorder.with_user(user or self.operator)
        if quantity:
            workorder.qty_producing = quantity
        workorder.button_finish()
        return workorder.sudo()

    def test_finishing_an_operation_issues_its_components_and_no_others(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self.assertEqual(self._on_hand(self.tube, self.store), 60)
        self.assertEqual(self._on_hand(self.paint, self.store), 100)
        self.assertEqual(self._on_hand(self.seat, self.store), 100)
        self.assertEqual(order.state, "progress")
        self.assertRecordValues(
            order.backflush_confirmation_ids,
            [
                {
                    "trigger": "operation",
                    "workcenter_id": self.welding.id,
                    "quantity": 10,
                    "user_id": self.operator.id,
                }
            ],
        )
        report = self.assertProven()
        rip = report.line_ids.filtered(
            lambda line: line.account_id == self.policy.rip_account_id
        )
        self.assertEqual(rip.in_process, 400)

    def test_completion_issues_the_rest_and_posts_one_entry_for_all(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._complete(order)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.tube, self.store), 60)
        self.assertEqual(self._on_hand(self.paint, self.store), 90)
        self.assertEqual(self._on_hand(self.seat, self.store), 90)
        self.assertProven()
        completion = order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "completion"
        )
        self.assertEntry(
            completion.move_id,
            [("fg", 750.0), ("rip", -650.0), ("conversion_allocated", -100.0)],
        )

    def test_the_product_knows_what_its_operations_consumed(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._complete(order)
        consumed = order.move_finished_ids.move_line_ids.consume_line_ids
        by_product = {
            product: sum(lines.mapped("quantity"))
            for product, lines in consumed.grouped("product_id").items()
        }
        self.assertEqual(by_product, {self.tube: 40, self.paint: 10, self.seat: 10})

    def test_shortage_at_an_operation_waits_as_error_and_meets_suspense_later(self):
        order = self._order(self.frame, 30)
        self._finish(order, "Welding")
        error = order.backflush_error_ids
        self.assertRecordValues(
            error, [{"product_id": self.tube.id, "quantity_open": 20, "amount": 0}]
        )
        self.assertProven()
        self._complete(order)
        self.assertEqual(error.amount, 200)
        self.assertBalances(suspense=-200.0)
        self.assertProven()
        self._buy(self.tube, 20, 10.0, self.store)
        error.with_user(self.supervisor).action_retry()
        self.assertEqual(error.state, "resolved")
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertProven()

    def test_shortage_at_an_operation_worked_off_before_completion(self):
        order = self._order(self.frame, 30)
        self._finish(order, "Welding")
        self._buy(self.tube, 20, 10.0, self.store)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertEqual(order.backflush_error_ids.state, "resolved")
        self.assertProven()
        self._complete(order)
        self.assertBalances(suspense=0.0, usage_variance=0.0, standard_variance=0.0)
        self.assertProven()

    def test_a_backorder_takes_over_what_was_issued_for_it(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding", 6)
        self.assertEqual(self._on_hand(self.tube, self.store), 76)
        self._complete_with_backorder(order, 4)
        self.assertEqual(self._on_hand(self.tube, self.store), 76)
        self.assertEqual(self._on_hand(self.seat, self.store), 96)
        self.assertBalances(fg=300.0, usage_variance=0.0)
        self.assertProven()
        backorder = order.production_group_id.production_ids - order
        tube = backorder.move_raw_ids.filtered(lambda m: m.product_id == self.tube)
        self.assertEqual(tube.product_uom_qty, 16)
        self._complete(backorder)
        self.assertEqual(self._on_hand(self.tube, self.store), 60)
        self.assertBalances(fg=750.0, usage_variance=0.0)
        self.assertProven()
        wheels = backorder.move_finished_ids.move_line_ids.consume_line_ids.filtered(
            lambda line: line.product_id == self.tube
        )
        self.assertEqual(sum(wheels.mapped("quantity")), 40)

    def test_reported_at_the_operation_and_not_completed_is_usage(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding", 6)
        self._complete(order, 4)
        self.assertEqual(order.state, "done")
        self.assertBalances(fg=300.0, usage_variance=80.0)
        self.assertProven()

    def test_what_was_entered_on_the_component_is_what_the_operation_used(self):
        order = self._order(self.frame, 10)
        tube = order.move_raw_ids.filtered(lambda m: m.product_id == self.tube)
        tube.quantity = 43
        tube.picked = True
        self._finish(order, "Welding")
        self.assertEqual(self._on_hand(self.tube, self.store), 57)
        line = order.backflush_confirmation_ids.line_ids
        self.assertRecordValues(
            line, [{"required_quantity": 40, "deviation_quantity": 3}]
        )
        self._complete(order)
        self.assertBalances(usage_variance=30.0)
        self.assertProven()

    def test_a_component_without_operation_goes_with_the_last_one(self):
        self.bom.bom_line_ids.filtered(
            lambda line: line.product_id == self.seat
        ).flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self.assertEqual(self._on_hand(self.seat, self.store), 100)
        self._finish(order, "Paint Shop")
        self.assertEqual(self._on_hand(self.seat, self.store), 90)
        self.assertEqual(order.state, "to_close")
        self._complete(order)
        self.assertEqual(self._on_hand(self.seat, self.store), 90)
        self.assertProven()

    def test_a_past_date_finds_what_was_in_process_then(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        with freeze_time("2026-03-04 10:00:00"):
            self._complete(order)
            report = self.assertProven(date="2026-03-02")
            rip = report.line_ids.filtered(
                lambda line: line.account_id == self.policy.rip_account_id
            )
            self.assertEqual(rip.in_process, 400)
            self.assertProven()

    def _complete_with_backorder(self, order, quantity):
        order = order.with_user(self.operator)
        order.qty_producing = quantity
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()

    # -- taking back -----------------------------------------------------------------

    def test_a_report_is_taken_back_and_the_operation_is_open_again(self):
        order = self._order(self.frame, 30)
        self._finish(order, "Welding")
        report = order.backflush_confirmation_ids
        self.assertTrue(report.with_user(self.supervisor).action_reverse("Wrong order"))
        self.assertEqual(report.state, "reversed")
        self.assertEqual(self._on_hand(self.tube, self.store), 100)
        self.assertEqual(order.backflush_error_ids.state, "resolved")
        self.assertProven()
        welding = order.workorder_ids.filtered(
            lambda w: w.workcenter_id == self.welding
        )
        self.assertEqual(welding.state, "ready")
        tube = order.move_raw_ids.filtered(
            lambda m: m.product_id == self.tube and not m.additional
        )
        self.assertEqual(tube.product_uom_qty, 120)
        self._finish(order, "Welding", 20)
        self.assertEqual(self._on_hand(self.tube, self.store), 20)
        self._complete(order, 20)
        self.assertBalances(fg=1500.0, usage_variance=0.0, suspense=0.0)
        self.assertProven()

    def test_a_completion_is_taken_back_with_what_its_operations_issued(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._complete(order)
        completion = self._completion_of(order)
        self.assertTrue(completion.with_user(self.supervisor).action_reverse("Typo"))
        for product in (self.tube, self.paint, self.seat):
            self.assertEqual(self._on_hand(product, self.store), 100)
        self.assertBalances(fg=0.0, usage_variance=0.0, conversion_allocated=0.0)
        self.assertProven()
        self.assertEqual(order.state, "done")
        again = order.production_group_id.production_ids - order
        self.assertRecordValues(again, [{"product_qty": 10, "state": "confirmed"}])
        self._complete(again)
        self.assertBalances(fg=750.0, usage_variance=0.0)
        self.assertProven()

    def test_what_was_shipped_stays_and_is_said(self):
        order = self._produce(self.frame, 10)
        sale = self._sell(self.frame, 7, 100)
        picking = self._deliver(sale)
        completion = self._completion_of(order)
        done = completion.with_user(self.supervisor).action_reverse("Scrapped", False)
        self.assertFalse(done)
        self.assertEqual(completion.state, "partly_reversed")
        self.assertEqual(completion.reversed_quantity, 3)
        self.assertIn(picking.name, completion.reversal_rest)
        self.assertEqual(self._on_hand(self.frame, self.warehouse.view_location_id), 0)
        self.assertProven()
        with self.assertRaisesRegex(UserError, "not free in stock"):
            completion.with_user(self.supervisor).action_reverse("Once more")

    def test_a_report_whose_product_was_received_names_the_completion(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        report = order.backflush_confirmation_ids
        self._complete(order)
        with self.assertRaisesRegex(UserError, f"completion of {order.name}"):
            report.with_user(self.supervisor).action_reverse("Wrong")

    def test_unbuilding_a_backorder_brings_back_its_own_share(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding", 6)
        self._complete_with_backorder(order, 4)
        backorder = order.production_group_id.production_ids - order
        self._complete(backorder)
        completion = self._completion_of(order)
        completion.with_user(self.supervisor).action_reverse("Wrong", False)
        self.assertEqual(self._on_hand(self.tube, self.store), 76)
        self.assertProven()
        completion = self._completion_of(backorder)
        completion.with_user(self.supervisor).action_reverse("Wrong", False)
        self.assertEqual(self._on_hand(self.tube, self.store), 100)
        self.assertBalances(fg=0.0, usage_variance=0.0)
        self.assertProven()

    def test_a_backorder_cancelled_after_its_order_was_unbuilt_brings_back_the_rest(
        self,
    ):
        order = self._order(self.frame, 30)
        self._finish(order, "Welding")
        self._complete_with_backorder(order, 15)
        self.assertBalances(suspense=-100.0)
        backorder = order.production_group_id.production_ids - order
        completion = self._completion_of(order)
        completion.with_user(self.supervisor).action_reverse("Wrong", False)
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertProven()
        backorder.with_user(self.supervisor).action_cancel()
        self.assertEqual(self._on_hand(self.tube, self.store), 100)
        self.assertEqual(order.backflush_error_ids.mapped("state"), ["resolved"])
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertProven()

    def test_what_a_backorder_took_over_is_reported_again_there(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding", 6)
        self._complete_with_backorder(order, 4)
        backorder = order.production_group_id.production_ids - order
        report = order.backflush_confirmation_ids.filtered("workorder_id")
        report.with_user(self.supervisor).action_reverse("Two were not welded")
        welding = (order | backorder).workorder_ids.filtered(
            lambda w: w.workcenter_id == self.welding
        )
        self.assertRecordValues(
            welding,
            [
                {"state": "done", "qty_reported_from_previous_wo": 0},
                {"state": "ready", "qty_reported_from_previous_wo": 0},
            ],
        )
        self.assertEqual(self._on_hand(self.tube, self.store), 84)
        self._finish(backorder, "Welding", 6)
        self.assertEqual(self._on_hand(self.tube, self.store), 60)
        self._complete(backorder)
        self.assertBalances(usage_variance=0.0)
        self.assertProven()

    def test_orders_that_share_a_report_are_completed_in_one_call(self):
        self.bom.bom_line_ids[0].flush_method = "start"
        order = self._order(self.frame, 30)
        order.workorder_ids[0].with_user(self.operator).button_start()
        orders = order._split_productions({order: [10, 12, 8]})
        self._complete(orders)
        self.assertBalances(fg=2250.0, usage_variance=0.0, suspense=-200.0)
        self.assertProven()
        usage = self.env["backflush.posting.line"].search(
            [("production_id", "in", orders.ids), ("kind", "=", "usage")]
        )
        self.assertFalse(usage)

    def test_cancelling_brings_back_what_was_issued(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        order.with_user(self.supervisor).action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self._on_hand(self.tube, self.store), 100)
        self.assertEqual(order.backflush_confirmation_ids.state, "reversed")
        self.assertProven()

    def test_cancelling_can_scrap_what_was_issued(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        order.with_user(self.supervisor).with_context(
            backflush_issued="scrap"
        ).action_cancel()
        self.assertEqual(self._on_hand(self.tube, self.store), 60)
        self.assertProven()

    def test_by_the_dozen_no_more_is_taken_back_than_is_there(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._produce(self.frame, 1, product_uom_id=dozen.id)
        self._deliver(self._sell(self.frame, 4, 100))
        completion = self._completion_of(order)
        completion.with_user(self.supervisor).action_reverse("Wrong", False)
        self.assertEqual(completion.reversed_quantity, 0.66)
        self.assertGreaterEqual(
            self._on_hand(self.frame, self.warehouse.view_location_id), 0
        )
        self.assertProven()

    def test_operators_do_not_take_back_and_reasons_are_asked_for(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        report = order.backflush_confirmation_ids
        with self.assertRaises(AccessError):
            report.with_user(self.operator).action_reverse("Oops")
        with self.assertRaisesRegex(UserError, "needs a reason"):
            report.with_user(self.supervisor).action_reverse(" ")

    def test_a_past_date_remembers_what_was_taken_back_since(self):
        order = self._order(self.frame, 10)
        self._finish(order, "Welding", 6)
        with freeze_time("2026-03-04 10:00:00"):
            self._complete_with_backorder(order, 4)
        backorder = order.production_group_id.production_ids - order
        with freeze_time("2026-03-06 10:00:00"):
            backorder.with_user(self.supervisor).action_cancel()
            self.assertEqual(self._on_hand(self.tube, self.store), 84)
            in_process = {"2026-03-02": 240, "2026-03-04": 80, "2026-03-06": 0}
            for day, amount in in_process.items():
                report = self.assertProven(date=day)
                rip = report.line_ids.filtered(
                    lambda line: line.account_id == self.policy.rip_account_id
                )
                self.assertEqual(rip.in_process, amount)
            self.assertProven()

    def test_a_confirmation_is_reached_from_order_move_entry_and_error(self):
        order = self._order(self.frame, 30)
        self._finish(order, "Welding")
        self._complete(order)
        report = order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "operation"
        )
        completion = self._completion_of(order)
        shown = order.with_user(self.operator).action_open_backflush_confirmations()
        found = self.env["backflush.confirmation"].search(shown["domain"])
        self.assertEqual(found, report | completion)
        tube = order.move_raw_ids.filtered(
            lambda m: m.product_id == self.tube and m.state == "done"
        )
        as_operator = tube.with_user(self.operator)
        self.assertEqual(as_operator.backflush_confirmation_id, report)
        self.assertEqual(as_operator.move_line_ids.backflush_confirmation_id, report)
        error = order.backflush_error_ids.with_user(self.operator)
        self.assertEqual(error.confirmation_id, report)
        entry = completion.move_id.with_user(self.accountant)
        self.assertEqual(entry.backflush_confirmation_count, 1)
        opened = entry.action_open_backflush_confirmations()
        self.assertEqual(opened["res_id"], completion.id)

    def _completion_of(self, order):
        return order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "completion"
        )
