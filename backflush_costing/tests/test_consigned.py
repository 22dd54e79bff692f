from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .consigned_common import ConsignedCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestConsigned(ConsignedCommon):
    """Stock of somebody else is used after the own, and owed for what is used."""

    def test_own_stock_is_used_first(self):
        self._consign(50, days_ago=30)
        self._stock_up(cells=4, bodies=0)
        order = self._order(self.battery, 1)
        self.assertRecordValues(
            order.move_raw_ids.with_user(self.operator),
            [{"flush_free_quantity": 54, "flush_missing_quantity": 0}],
        )
        self._report(order, 1)
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 6, 0))
        self.assertEqual((self._own(), self._of(self.owner)), (0, 48))
        self.assertEqual(self._lines(order).consigned_quantity, 2)
        self.assertBalances(rip=70.0, consignment=-20.0, conversion_allocated=-10.0)

    def test_of_others_the_oldest_is_used_first(self):
        late = self.env["res.partner"].create({"name": "Late"})
        self._consign(8, owner=late, days_ago=1)
        self._consign(8, days_ago=9)
        self._produce(self.battery, 2)
        self.assertProven()
        self.assertEqual((self._of(self.owner), self._of(late)), (0, 4))
        self.assertBalances(consignment=-120.0)
        owed = self.env["backflush.posting.line"]._read_group(
            [("kind", "=", "consigned")], ["owner_id"], ["quantity:sum", "amount:sum"]
        )
        self.assertEqual(set(owed), {(self.owner, -8.0, -80.0), (late, -4.0, -40.0)})

    def test_orders_without_a_report_are_filled_in_by_the_same_rule(self):
        self._consign(50, days_ago=30)
        self._stock_up(cells=4, bodies=0)
        order = self._order(self.battery, 1).with_user(self.operator)
        order.button_mark_done()
        self.assertProven()
        self.assertEqual((self._own(), self._of(self.owner)), (0, 48))
        self.assertBalances(consignment=-20.0)

    def test_a_reservation_holds_own_stock_first(self):
        self.company.flush_method = False
        self._consign(50, days_ago=30)
        self._stock_up(cells=4, bodies=0)
        order = self._order(self.battery, 1)
        self.assertEqual(
            [
                (line.owner_id, line.quantity)
                for line in order.move_raw_ids.move_line_ids
            ],
            [(self.env["res.partner"], 4), (self.owner, 2)],
        )
        self._report(order, 1)
        self.assertProven()
        self.assertEqual((self._own(), self._of(self.owner)), (0, 48))

    def test_stock_reserved_for_others_is_not_taken(self):
        self._consign(10)
        held = self._order(self.battery, 1, picking_type_id=self._plain_type().id)
        self.assertEqual(held.move_raw_ids.quantity, 6)
        order = self._produce(self.battery, 1)
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 4, 2))

    def _plain_type(self):
        return self.warehouse.manu_type_id.copy({"backflush_excluded": True})

    def test_an_operation_type_without_backflush_follows_core(self):
        self._consign(50)
        order = self._order(self.battery, 1, picking_type_id=self._plain_type().id)
        self._report(order, 1)
        self.assertProven()
        self.assertEqual(self._of(self.owner), 44)
        self.assertBalances(consignment=-60.0)

    def test_what_is_in_the_companys_own_name_is_own_stock(self):
        self.policy.flush_consigned = False
        self.env["stock.quant"]._update_available_quantity(
            self.cell, self.store, 6, owner_id=self.company.partner_id
        )
        order = self._produce(self.battery, 1)
        self.assertFalse(order.backflush_error_ids)

    # -- the error queue ---------------------------------------------------------------

    def test_error_records_are_worked_off_from_it(self):
        order = self._produce(self.battery, 1)
        error = order.backflush_error_ids.with_user(self.supervisor)
        self.assertBalances(suspense=-60.0)
        self.assertFalse(error.search([("flush_is_retryable", "=", True)]))
        self._consign(4)
        self.assertEqual(error.flush_free_quantity, 4)
        self.assertIn(error, error.search([("flush_is_retryable", "=", True)]))
        error.action_retry()
        self.assertProven()
        self.assertEqual(error.quantity_open, 2)
        self.assertBalances(suspense=-20.0, consignment=-40.0)
        self._consign(10)
        error.action_issue_from(self.store.id)
        self.assertProven()
        self.assertEqual(error.state, "resolved")
        self.assertBalances(suspense=0.0, consignment=-60.0)

    # -- taken back --------------------------------------------------------------------

    def test_a_reversal_gives_the_owner_his_stock_back(self):
        self._consign(50)
        self._stock_up(cells=4, bodies=0)
        order = self._produce(self.battery, 1)
        confirmation = order.backflush_confirmation_ids.with_user(self.supervisor)
        self.assertTrue(confirmation.action_reverse("wrong order", reopen=False))
        self.assertProven()
        self.assertEqual((self._own(), self._of(self.owner)), (4, 50))
        self.assertBalances(rip=40.0, consignment=0.0)
        self.assertEqual(self._lines(order).consigned_quantity, 0)

    def test_repeated_unbuilds_bring_back_no_more_of_an_owner_than_was_used(self):
        self._consign(50)
        self._stock_up(cells=8, bodies=0)
        order = self._produce(self.battery, 2)
        self.assertEqual((self._own(), self._of(self.owner)), (0, 46))
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual((self._own(), self._of(self.owner)), (2, 50))
        self.assertBalances(consignment=0.0)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual((self._own(), self._of(self.owner)), (8, 50))
        self.assertBalances(consignment=0.0, rip=80.0)

    def test_a_correction_of_the_issue_follows(self):
        self._consign(50)
        order = self._produce(self.battery, 1)
        order.move_raw_ids.move_line_ids.quantity = 8
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 2, 8, 0))
        self.assertBalances(consignment=-80.0, usage_variance=20.0)
        order.move_raw_ids.move_line_ids.quantity = 5
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, -1, 5, 0))
        self.assertBalances(consignment=-50.0, usage_variance=-10.0)
        with self.assertRaisesRegex(UserError, "45.0 are free"):
            order.move_raw_ids.move_line_ids.quantity = 100

    # -- before the product is received ------------------------------------------------

    def test_at_an_operation_nothing_is_owed_before_the_product_is_received(self):
        self.company.flush_method = "operation"
        self._consign(50)
        order = self._order(self.battery, 2).with_user(self.operator)
        order.qty_producing = 2
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertProven()
        self.assertEqual(self._of(self.owner), 38)
        self.assertBalances(consignment=0.0)
        self._report(order.sudo(), 2)
        self.assertProven()
        self.assertBalances(consignment=-120.0)

    def test_a_report_at_an_operation_is_taken_back(self):
        self.company.flush_method = "operation"
        self._consign(50)
        self._stock_up(cells=4, bodies=0)
        order = self._order(self.battery, 2).with_user(self.operator)
        order.qty_producing = 2
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertEqual(self._of(self.owner), 42)
        report = order.sudo().backflush_confirmation_ids.with_user(self.supervisor)
        report.action_reverse("wrong")
        self.assertProven()
        self.assertEqual((self._own(), self._of(self.owner)), (4, 50))
        order.sudo().action_cancel()
        self.assertProven()

    def test_a_cancelled_order_gives_back_what_its_operations_used(self):
        self.company.flush_method = "operation"
        self._consign(50)
        order = self._order(self.battery, 2).with_user(self.operator)
        order.qty_producing = 2
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        order.sudo().action_cancel()
        self.assertProven()
        self.assertEqual(self._of(self.owner), 50)

    # -- who decides ----------------------------------------------------------------

    def test_the_switch_is_the_cost_accountants(self):
        with self.assertRaises(AccessError):
            self.policy.with_user(self.supervisor).flush_consigned = False
        self.policy.with_user(self.accountant).flush_consigned = False
        self._consign(50)
        order = self._produce(self.battery, 1)
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 0, 6))
        self.assertEqual(self._of(self.owner), 50)

    def test_the_switch_needs_an_account_of_its_own(self):
        self.policy.flush_consigned = False
        self.policy.consignment_account_id = False
        with self.assertRaisesRegex(ValidationError, "consignment payable"):
            self.policy.flush_consigned = True
        with self.assertRaisesRegex(ValidationError, "account of its own"):
            self.policy.write(
                {
                    "consignment_account_id": self.policy.rip_account_id.id,
                    "flush_consigned": True,
                }
            )

    def test_what_was_used_is_settled_after_the_switch_is_off(self):
        self._consign(50)
        order = self._produce(self.battery, 2)
        self.policy.flush_consigned = False
        self.assertProven()
        self._unbuild(order, 1)
        self.assertProven()
        self.assertBalances(consignment=-60.0)
        bill = self._bill_used(6, 10)
        self.assertTrue(bill.invoice_line_ids.backflush_is_consigned)
        bill.action_post()
        self.assertProven()
        self.assertBalances(consignment=0.0)

    def test_a_product_does_not_leave_its_policy_owing(self):
        self._consign(6)
        self._produce(self.battery, 1)
        self.cell.standard_price = 10
        other = self._category("Elsewhere")
        with self.assertRaisesRegex(UserError, "not settled"):
            self.cell.categ_id = other
        with self.assertRaisesRegex(ValidationError, "still holds"):
            self.policy.consignment_account_id = self.policy.price_variance_account_id

    # -- dates ----------------------------------------------------------------------

    def test_the_proof_holds_for_past_days(self):
        self._consign(50, days_ago=30)
        self._produce(self.battery, 1)
        with freeze_time("2026-03-05 10:00:00"):
            self._bill_used(6, 12).action_post()
            self._produce(self.battery, 1)
            for day in ("2026-03-01", "2026-03-02", "2026-03-04", "2026-03-05"):
                self.assertProven(day)
            self.assertBalances(consignment=-60.0, price_variance=12.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestConsignedUncosted(ConsignedCommon):
    """Without a policy operation type and company decide; nothing is posted."""

    costed = False

    def test_the_company_allows_it(self):
        self._consign(50)
        order = self._produce(self.battery, 1)
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 6, 0))
        self.assertEqual(self._of(self.owner), 44)
        self.assertFalse(order.move_raw_ids.backflush_credits_owner)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(self._of(self.owner), 50)

    def test_an_operation_type_differs(self):
        self._consign(50)
        kind = self.warehouse.manu_type_id
        kind.flush_consigned = "never"
        order = self._produce(self.battery, 1)
        self.assertIssued(order, (self.cell, 6, 0, 0, 6))
        self.company.flush_consigned = False
        kind.flush_consigned = "allowed"
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertIssued(order, (self.cell, 6, 0, 6, 0))
        self.assertEqual(self._of(self.owner), 44)

    def test_a_correction_is_a_deviation(self):
        self._consign(50)
        order = self._produce(self.battery, 1)
        order.move_raw_ids.move_line_ids.quantity = 8
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 2, 8, 0))
