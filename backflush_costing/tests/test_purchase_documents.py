from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .receipt_common import ReceiptCommon


class PurchaseDocumentCases:
    """Vendor bills come back, go wrong, and come in other currencies."""

    def _euro(self):
        """1 euro is 2.00 at the receipt, 2.50 at the bill, 4.00 later."""
        return self.setup_other_currency(
            "EUR",
            rates=[("2026-01-01", 0.5), ("2026-03-05", 0.4), ("2026-03-10", 0.25)],
        )

    # -- back to draft, credit notes ----------------------------

    def test_a_bill_goes_back_to_draft_and_is_posted_anew(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        bill = self._bill(order, price=13)
        bill.button_draft()
        self.assertStands(rip=100.0, received=-120.0, price=20.0)
        bill.invoice_line_ids.price_unit = 14
        bill.action_post()
        self.assertStands(rip=100.0, received=0.0, price=40.0)
        bill.button_draft()
        bill.button_cancel()
        self.assertStands(rip=100.0, received=-120.0, price=20.0)

    def test_a_bill_in_advance_goes_back_to_draft(self):
        order = self._order_cells(10, 12)
        bill = self._bill(order, price=13)
        self._receive(order)
        bill.button_draft()
        self.assertStands(rip=100.0, received=-130.0, price=30.0)
        bill.invoice_line_ids.price_unit = 12
        bill.action_post()
        self.assertStands(rip=100.0, received=0.0, price=20.0)

    def test_no_amount_is_left_where_no_quantity_is(self):
        """Bills of 50 and 60 for five each; five received stand at 55."""
        order = self._order_cells(10, 10)
        first = self._bill_some(order, 5, 10)
        self._bill_some(order, 5, 12)
        self._receive_some(order, 5)
        self.assertStands(rip=50.0, received=55.0, price=5.0)
        first.button_draft()
        self.assertStands(rip=50.0, received=0.0, price=10.0)
        first.action_post()
        self._receive(order)
        self.assertStands(rip=100.0, received=0.0, price=10.0)

    def test_a_bill_is_credited_and_billed_anew(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        self._credit(self._bill(order, price=13))
        self.assertStands(rip=100.0, received=-120.0, price=20.0)
        self._bill_some(order, 10, 11)
        self.assertStands(rip=100.0, received=0.0, price=10.0)

    def test_a_reversed_bill(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        bill = self._bill(order, price=13)
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertStands(rip=100.0, received=-120.0, price=20.0)

    def test_a_reversed_bill_after_other_bills(self):
        """A reversal leaves what stands there, not what it was."""
        order = self._order_cells(10, 12)
        first = self._bill_some(order, 5, 10)
        self._bill_some(order, 5, 14)
        self._receive_some(order, 5)
        self.assertStands(rip=50.0, received=60.0, price=10.0)
        first._reverse_moves([{"invoice_date": first.date}], cancel=True)
        self.assertStands(rip=50.0, received=0.0, price=20.0)

    def test_a_receipt_of_the_vendor_is_a_bill(self):
        self._receive_without_order(10)
        self._bill_without_order(10, 12, kind="in_receipt")
        self.assertStands(rip=100.0, received=0.0, price=20.0)

    def test_two_lines_of_one_order_on_one_bill(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = bill.date
        bill.invoice_line_ids.quantity = 6
        second = {
            "product_id": self.cell.id,
            "purchase_line_id": order.order_line.id,
            "quantity": 5,
            "price_unit": 13,
            "tax_ids": [Command.clear()],
        }
        bill.invoice_line_ids = [Command.create(second)]
        bill.action_post()
        self.assertStands(rip=100.0, received=13.0, price=24.0)

    # -- what goes wrong ----------------------------

    def test_a_bill_on_another_account_is_named(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = bill.date
        expense = self.cell._get_product_accounts()["expense"]
        bill.invoice_line_ids.account_id = expense
        bill.action_post()
        report = self.env["backflush.reconciliation"].create({})
        wrong = report.line_ids.filtered("failures")
        self.assertEqual(wrong.account_id, self.policy.received_not_billed_account_id)
        self.assertEqual(wrong.failures, "Cell")
        bill.button_draft()
        bill.invoice_line_ids.account_id = self.policy.received_not_billed_account_id
        bill.action_post()
        self.assertStands(rip=100.0, received=0.0, price=20.0)

    def test_bills_of_the_time_when_the_bill_was_the_trigger(self):
        self.policy.purchase_event = "bill"
        order = self._order_cells(10, 12)
        self._receive(order)
        old = self._bill(order)
        drafted = self._order_cells(10, 12)
        drafted.action_create_invoice()
        self.assertProven()
        self.policy.purchase_event = "receipt"
        drafted.invoice_ids.invoice_date = "2026-03-02"
        drafted.invoice_ids.action_post()
        self.assertStands(rip=100.0, received=120.0, price=20.0)
        self._receive(drafted)
        self.assertStands(rip=200.0, received=0.0, price=40.0)
        old._reverse_moves([{"invoice_date": old.date}], cancel=True)
        self.assertStands(rip=200.0, received=-120.0, price=40.0)

    # -- currencies ----------------------------

    def test_a_rate_that_moves_until_the_bill_is_no_price_variance(self):
        """100 euro received at 2.00; 110 euro billed at 2.50."""
        order = self._order_cells(10, 10, self._euro())
        self._receive(order)
        self.assertStands(rip=100.0, received=-200.0, price=100.0)
        with freeze_time("2026-03-06 10:00:00"):
            bill = self._bill(order, price=11)
            self.assertStands(rip=100.0, received=0.0, price=120.0, exchange=55.0)
            bill.button_draft()
            self.assertStands(rip=100.0, received=-200.0, price=100.0)
            bill.action_post()
        with freeze_time("2026-03-11 10:00:00"):
            self._credit(bill)
            self.assertProven()

    def test_a_gain_is_a_gain(self):
        order = self._order_cells(10, 10, self._euro())
        with freeze_time("2026-03-06 10:00:00"):
            self._receive(order)
            self.assertStands(rip=100.0, received=-250.0, price=150.0)
        self._bill_some(order, 10, 10)
        self.assertStands(rip=100.0, received=0.0, price=150.0, exchange=-50.0)
        self.assertEqual(
            self._balance(self.company.income_currency_exchange_account_id), -50.0
        )

    def test_receipts_at_two_rates_and_a_bill_at_a_third(self):
        """40 euro at 2.00 and 60 at 2.50 stand at 230; 100 are billed at 4.00."""
        order = self._order_cells(10, 10, self._euro())
        self._receive_some(order, 4)
        with freeze_time("2026-03-06 10:00:00"):
            self._receive(order)
        self.assertStands(rip=100.0, received=-230.0, price=130.0)
        with freeze_time("2026-03-11 10:00:00"):
            self._bill_some(order, 5, 10)
            self.assertStands(rip=100.0, received=-115.0, price=130.0, exchange=85.0)
            self._bill_some(order, 5, 12)
        self.assertStands(rip=100.0, received=0.0, price=153.0, exchange=187.0)

    def test_a_bill_in_advance_is_not_revalued(self):
        order = self._order_cells(10, 10, self._euro())
        self._bill(order)
        self.assertStands(rip=0.0, received=200.0, price=0.0)
        with freeze_time("2026-03-06 10:00:00"):
            self._receive(order)
        self.assertStands(rip=100.0, received=0.0, price=100.0)

    def test_a_return_and_its_credit_note_at_another_rate(self):
        """40 euro go back at 2.50; Odoo credits them at the bill's own 2.00."""
        order = self._order_cells(10, 10, self._euro())
        picking = self._receive(order)
        bill = self._bill(order)
        with freeze_time("2026-03-06 10:00:00"):
            self._give_back(picking, 4)
            self.assertStands(rip=60.0, received=100.0, price=40.0)
        with freeze_time("2026-03-11 10:00:00"):
            self._credit(bill, 4)
        self.assertStands(rip=60.0, received=0.0, price=40.0, exchange=20.0)

    def test_a_bill_in_another_currency_than_the_order(self):
        """The debt stood in the company's currency: no rate moved it."""
        euro = self._euro()
        order = self._order_cells(10, 12)
        self._receive(order)
        with freeze_time("2026-03-06 10:00:00"):
            order.action_create_invoice()
            bill = order.invoice_ids
            bill.write({"currency_id": euro.id, "invoice_date": "2026-03-06"})
            bill.invoice_line_ids.price_unit = 5
            bill.action_post()
        self.assertStands(rip=100.0, received=0.0, price=25.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPurchaseDocuments(PurchaseDocumentCases, ReceiptCommon):
    """The set purchase, completion, sale."""


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPurchaseDocumentsWithoutCompletion(PurchaseDocumentCases, ReceiptCommon):
    """The set purchase, sale."""

    trigger_set = "purchase_sale"
