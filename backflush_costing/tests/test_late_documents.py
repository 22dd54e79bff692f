from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .receipt_common import ReceiptCommon
from .triggers_common import TriggersCommon


class LateCommon:
    """Two new standards while days go by.

    The cell is 10 until the third of March, 12 from the fourth on, and 13 from the
    sixth on. Every day explains itself, whatever is entered later.
    """

    DAYS = ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06")

    def _release_twice(self):
        """Two new standards; the products that contain the cell follow the first."""
        with freeze_time("2026-03-04 10:00:00"):
            self._set_standard(self.cell, 12)
            made = (self.battery | self.vehicle).ids
            standards = self.env["backflush.standard.cost"]
            standards.browse(standards.action_roll_up(made)).action_release()
        with freeze_time("2026-03-06 09:00:00"):
            self._set_standard(self.cell, 13)

    def _assert_every_day(self):
        with freeze_time("2026-03-07 10:00:00"):
            self.assertProven()
            for day in self.DAYS:
                with self.subTest(day=day):
                    self.assertProven(day)

    def _materials(self):
        """What the account that holds bought components stands at."""
        return self._balance(self.policy._material_account())

    def _dated(self, document, day):
        document.write({"invoice_date": day, "date": day})
        document.action_post()
        return document


class LateDocumentCases(LateCommon):
    """What comes after a new standard and belongs before it, and what is undone."""

    def test_a_bill_of_the_month_before(self):
        purchase = self._purchase(self.cell, 10, 11)
        self._receive(purchase)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            purchase.action_create_invoice()
            bill = self._dated(purchase.invoice_ids, "2026-03-03")
            self._assert_every_day()
            self.assertEqual(self._materials(), 130.0)
            self.assertBalances(price_variance=10.0, revaluation=-30.0)
            bill.button_draft()
            self._assert_every_day()
            self.assertEqual(self._materials(), 0.0)
            self.assertBalances(price_variance=0.0, revaluation=0.0)

    def test_a_receipt_of_before_is_edited(self):
        """What came is there from its own day on, billed or not."""
        purchase = self._purchase(self.cell, 20, 11)
        picking = self._receive_some(purchase, 10)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            picking.move_ids.quantity = 15
            self._assert_every_day()
            purchase.action_create_invoice()
            self._dated(purchase.invoice_ids, "2026-03-03")
            self._assert_every_day()
            self.assertEqual(self._materials(), 195.0)

    def test_a_delivery_of_before_is_edited(self):
        self._stock_up()
        self._make_vehicles(3)
        sale = self._sell(self.vehicle, 3, 300)
        self._deliver(sale)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            sale.picking_ids.filtered("date_done").move_ids[:1].quantity = 2
            self._assert_every_day()

    def test_a_bill_is_drafted_after_a_new_standard(self):
        bill = self._buy(self.cell, 10, 11).invoice_ids
        self._release_twice()
        self.assertBalances(price_variance=10.0, revaluation=-30.0)
        with freeze_time("2026-03-07 09:00:00"):
            bill.button_draft()
            self._assert_every_day()
            self.assertBalances(price_variance=0.0, revaluation=0.0)
            bill.action_post()
            self._assert_every_day()
            self.assertBalances(price_variance=10.0, revaluation=-30.0)
            bill.button_draft()
            bill.button_cancel()
            self._assert_every_day()

    def test_an_invoice_is_drafted_after_a_new_standard(self):
        self._stock_up()
        self._make_vehicles(2)
        sale = self._sell(self.vehicle, 2, 500)
        self._deliver(sale)
        invoice = self._invoice(sale)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            invoice.button_draft()
            self._assert_every_day()
            invoice.action_post()
            self._assert_every_day()
            invoice.button_draft()
            invoice.button_cancel()
            self._assert_every_day()
            self.assertEqual(self.cogs, 0.0)

    def test_an_invoice_of_the_month_before(self):
        self._stock_up()
        self._make_vehicles(2)
        sale = self._sell(self.vehicle, 2, 500)
        self._deliver(sale)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            self._dated(sale._create_invoices(), "2026-03-03")
            self._assert_every_day()
            self.assertEqual(self.cogs, 400.0)
            sale.invoice_ids._reverse_moves(cancel=True)
            self._assert_every_day()

    def test_documents_of_a_day_to_come(self):
        """Confirmed today, posted by Odoo on their day: their costs count once."""
        self._stock_up()
        self._make_vehicles(2)
        sale = self._sell(self.vehicle, 2, 500)
        self._deliver(sale)
        purchase = self._purchase(self.cell, 10, 11)
        self._receive(purchase)
        purchase.action_create_invoice()
        documents = sale._create_invoices() | purchase.invoice_ids
        documents.write({"invoice_date": "2026-03-07", "date": "2026-03-07"})
        documents._post()
        self.assertEqual(set(documents.mapped("state")), {"draft"})
        self.assertProven()
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            documents._post()
            self.assertEqual(set(documents.mapped("state")), {"posted"})
            self._assert_every_day()

    def test_a_report_of_before(self):
        """It was late: batteries of the third, some cells of which are missing."""
        self._buy(self.cell, 8, 10)
        order = self._order(self.battery, 2)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            self._complete_at(order, "2026-03-03 10:00:00")
            self.assertEqual(order.backflush_error_ids.quantity_open, 4)
            self._assert_every_day()
            self._buy(self.cell, 4, 13)
            order.backflush_error_ids.with_user(self.supervisor).action_retry()
            self._assert_every_day()
            self._unbuild(order, 1)
            self._assert_every_day()

    def _complete_at(self, order, moment):
        late = order.with_context(backflush_event_time=moment)
        return self._complete(late)

    def test_an_issue_of_before_is_corrected(self):
        """Stock has changed on its day; in a locked period the entry is of today."""
        self._stock_up()
        order = self._produce(self.battery, 2)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            self._correct(order, 11)
            self._assert_every_day()
            self.company.fiscalyear_lock_date = "2026-03-03"
            self._correct(order, 12)
            self.assertProven()
            entries = self.env["backflush.posting.line"].search(
                [("production_id", "=", order.id), ("kind", "=", "component")]
            )
            days = [str(day) for day in entries.sorted("id").mapped("date")]
            self.assertEqual(days, ["2026-03-02", "2026-03-02", "2026-03-07"])

    def test_a_count_of_before(self):
        self._stock_up()
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            self._count_stock(self.cell, 95, self.store, "2026-03-03 12:00:00")
            self._assert_every_day()
            self._count_stock(
                self.body,
                8,
                self.store,
                accounting_date=fields.Date.to_date("2026-03-05"),
            )
            self._assert_every_day()
            self.assertBalances(inventory_difference=50.0 + 180.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestLatePurchaseCompletionSale(LateDocumentCases, TriggersCommon):
    """Every event is a trigger point."""


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestLateSale(LateDocumentCases, TriggersCommon):
    """Products are carried at their material."""

    trigger_set = "sale"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestLateReceipt(LateCommon, ReceiptCommon):
    """The purchase is posted at the receipt."""

    def test_a_receipt_of_before_is_edited(self):
        """Five more had come on the second: at the standard of that day."""
        order = self._order_cells(20, 11)
        picking = self._receive_some(order, 10)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            picking.move_ids.quantity = 15
            self._assert_every_day()
            self.assertEqual(self._materials(), 195.0)
            self.assertBalances(price_variance=15.0, revaluation=-45.0)

    def test_a_receipt_of_before_without_an_order_is_edited(self):
        move = self._receive_without_order(10)
        self._release_twice()
        with freeze_time("2026-03-07 09:00:00"):
            move.quantity = 4
            self._assert_every_day()
            self.assertEqual(self._materials(), 52.0)
            self.assertBalances(price_variance=0.0, revaluation=-12.0)
