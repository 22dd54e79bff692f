from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .consigned_common import ConsignedCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestConsignedBills(ConsignedCommon):
    """The owner's bill settles what was used of his stock, and nothing else."""

    def test_the_bill_of_a_purchase_order_settles_what_was_used(self):
        purchase = self._consign(50)
        self.assertProven()
        self.assertBalances(rip=0.0)
        self._produce(self.battery, 5)
        self.assertBalances(rip=350.0, consignment=-300.0)
        bill = self._bill_used(30, 11, purchase)
        line = bill.invoice_line_ids
        self.assertTrue(line.backflush_is_consigned)
        self.assertEqual(line.account_id, self.policy.consignment_account_id)
        bill.action_post()
        report = self.assertProven()
        self.assertBalances(rip=350.0, consignment=0.0, price_variance=30.0)
        rip = report.line_ids.filtered(
            lambda row: row.account_id == self.policy.rip_account_id
        )
        self.assertRecordValues(
            rip, [{"received_not_billed": 0.0, "stock_value": 350.0}]
        )
        payable = report.line_ids.filtered(lambda row: row.kind == "consigned")
        self.assertRecordValues(
            payable, [{"consigned": 0.0, "ledger_balance": 0.0, "is_proven": True}]
        )

    def test_a_settlement_without_purchase_order(self):
        self._consign(50)
        self._produce(self.battery, 5)
        bill = self._bill_used(20, 9)
        self.assertTrue(bill.invoice_line_ids.backflush_is_consigned)
        bill.action_post()
        self.assertProven()
        self.assertBalances(consignment=-100.0, price_variance=-20.0)

    def test_a_contact_of_the_owner_bills(self):
        self._consign(50)
        self._produce(self.battery, 1)
        contact = self.env["res.partner"].create(
            {"name": "Billing", "parent_id": self.owner.id}
        )
        bill = self._bill_used(6, 10, vendor=contact)
        bill.action_post()
        self.assertProven()
        self.assertBalances(consignment=0.0)

    def test_goods_of_another_vendor_are_a_purchase(self):
        self._consign(50)
        self._produce(self.battery, 1)
        self._buy(self.cell, 10, 10)
        self.assertProven()
        self.assertBalances(rip=170.0, consignment=-60.0)

    def test_goods_bought_from_the_owner_are_a_purchase(self):
        self._consign(50)
        self._produce(self.battery, 1)
        purchase = self._purchase(self.cell, 10, 10)
        purchase.partner_id = self.owner
        self._receive(purchase)
        self.assertProven()
        bill = self._bill_used(10, 10, purchase)
        self.assertFalse(bill.invoice_line_ids.backflush_is_consigned)
        bill.action_post()
        self.assertProven()
        self.assertBalances(rip=170.0, consignment=-60.0)

    def test_billed_beyond_what_was_used_is_a_debit_until_it_is_used(self):
        purchase = self._consign(50)
        self._produce(self.battery, 1)
        self._bill_used(50, 10, purchase).action_post()
        self.assertProven()
        self.assertBalances(consignment=440.0, rip=70.0)
        self._produce(self.battery, 1)
        self.assertProven()
        self.assertBalances(consignment=380.0)

    def test_the_accountant_has_the_last_word(self):
        self._consign(50)
        self._produce(self.battery, 1)
        bill = self._bill_used(6, 10)
        bill.invoice_line_ids.backflush_is_consigned = False
        self.assertEqual(bill.invoice_line_ids.account_id, self.policy.rip_account_id)
        bill.invoice_line_ids.backflush_is_consigned = True
        self.assertEqual(
            bill.invoice_line_ids.account_id, self.policy.consignment_account_id
        )
        bill.invoice_line_ids.account_id = self.policy.rip_account_id
        with self.assertRaisesRegex(UserError, "in no inventory account"):
            bill.action_post()

    def test_a_line_on_the_payable_settles_it(self):
        self._produce(self.battery, 1)
        bill = self._bill_used(6, 12)
        self.assertFalse(bill.invoice_line_ids.backflush_is_consigned)
        bill.invoice_line_ids.account_id = self.policy.consignment_account_id
        bill.action_post()
        self.assertTrue(bill.invoice_line_ids.backflush_is_consigned)
        self.assertProven()
        self.assertBalances(consignment=60.0, price_variance=12.0)

    def test_a_bill_is_reset_and_posted_again(self):
        self._consign(50)
        self._produce(self.battery, 1)
        bill = self._bill_used(6, 12)
        bill.action_post()
        self.assertProven()
        bill.button_draft()
        self.assertProven()
        self.assertBalances(consignment=-60.0, price_variance=0.0)
        bill.invoice_line_ids.price_unit = 9
        bill.action_post()
        self.assertProven()
        self.assertBalances(consignment=0.0, price_variance=-6.0)

    def test_a_credit_note_is_owed_again(self):
        self._consign(50)
        self._produce(self.battery, 1)
        bill = self._bill_used(6, 12)
        bill.action_post()
        self._release_cell(11)
        self.assertProven()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": bill.journal_id.id})
        )
        wizard.refund_moves()
        credit = bill.reversal_move_ids
        self.assertTrue(credit.invoice_line_ids.backflush_is_consigned)
        credit.invoice_date = credit.date
        credit.action_post()
        self.assertProven()
        self.assertBalances(consignment=-66.0)

    def test_a_cancelled_bill_is_revalued(self):
        self._consign(50)
        self._produce(self.battery, 1)
        bill = self._bill_used(6, 12)
        bill.action_post()
        self._release_cell(11)
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertProven()
        self.assertBalances(consignment=-66.0)

    def _release_cell(self, price):
        self.cell.standard_price = price

    def test_a_new_standard_revalues_what_is_owed(self):
        self._consign(50)
        self._produce(self.battery, 1)
        self._release_cell(12)
        self.assertProven()
        self.assertBalances(consignment=-72.0)
        self._bill_used(6, 12).action_post()
        self.assertProven()
        self.assertBalances(consignment=0.0, price_variance=0.0)

    def test_units_of_the_bill(self):
        self._consign(50)
        self._produce(self.battery, 4)
        bill = self._bill_used(24, 10)
        line = bill.invoice_line_ids
        line.product_uom_id = self.dozen
        line.write({"quantity": 2, "price_unit": 132})
        bill.action_post()
        self.assertProven()
        self.assertBalances(consignment=0.0, price_variance=24.0)

    def test_with_the_switch_off_nothing_is_proposed(self):
        self.policy.flush_consigned = False
        purchase = self._consign(50)
        bill = self._bill_used(50, 10, purchase)
        self.assertFalse(bill.invoice_line_ids.backflush_is_consigned)
        self.assertEqual(bill.invoice_line_ids.account_id, self.policy.rip_account_id)
        bill.action_post()
        report = self.assertProven()
        self.assertNotIn("consigned", report.line_ids.mapped("kind"))
