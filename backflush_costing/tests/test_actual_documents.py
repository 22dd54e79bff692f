from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .actual_common import ActualCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualDocuments(ActualCommon):
    """Bills, credit notes, deliveries and invoices of products at average cost."""

    def test_partial_bills_of_a_partial_receipt(self):
        order = self._purchase(self.cell, 12, 10.0)
        self._receive_some(order, 8)
        self.assertProven()
        self._produce(self.battery, 1)
        self._bill_some(order, 3, 11.0)
        self.assertProven()
        self._bill_some(order, 7, 13.0)
        self.assertProven()
        self._receive(order, self.line_side)
        self.assertProven()
        self._bill_some(order, 2, 13.0)
        self.assertProven()
        # 33 + 91 + 26 were paid; six cells are left.
        self.assertEqual(self._balance(self.policy.rip_account_id), 75.0)
        self.assertBalances(price_variance=15.0)

    def test_a_bill_before_the_receipt(self):
        order = self._purchase(self.cell, 10, 10.0)
        self._bill(order, 11.0)
        self.assertProven()
        self._receive(order, self.line_side)
        self.assertBalances(rip=110.0, price_variance=0.0)
        self.assertProven()

    def test_a_bill_that_is_a_draft_again(self):
        order = self._purchase(self.cell, 10, 10.0)
        self._receive(order, self.line_side)
        self._produce(self.battery, 1)
        bill = self._bill(order, 12.0)
        bill.button_draft()
        self.assertBalances(rip=-60.0, price_variance=0.0)
        self.assertProven()
        bill.invoice_line_ids.price_unit = 11.0
        bill.action_post()
        self.assertBalances(rip=44.0, price_variance=6.0)
        self.assertProven()

    def test_a_bill_that_is_credited(self):
        order = self._purchase(self.cell, 10, 10.0)
        self._receive(order, self.line_side)
        self._produce(self.battery, 1)
        bill = self._bill(order, 12.0)
        dates = {"invoice_date": bill.date, "date": bill.date}
        bill._reverse_moves([dates], cancel=True)
        self.assertProven()
        self.assertBalances(rip=-60.0, price_variance=0.0)

    def test_goods_that_go_back_to_the_vendor(self):
        self.cell.purchase_method = "receive"
        order = self._buy(self.cell, 10, 12.0, self.line_side)
        self._buy(self.cell, 10, 10.0, self.line_side)
        picking = order.picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 4
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()
        self.assertProven()
        order.action_create_invoice()
        refund = order.invoice_ids.filtered(lambda m: m.state == "draft")
        refund.invoice_date = refund.date
        refund.action_post()
        self.assertProven()
        self.assertEqual(self._balance(self.policy.rip_account_id), 176.0)
        self.assertBalances(price_variance=-4.0)

    def test_a_bill_without_an_order(self):
        picking = self._receive_without_order(10)
        self.assertProven()
        self._produce(self.battery, 1)
        self._create_bill(self.cell, 10, 12.0)
        self.assertProven()
        self.assertBalances(rip=40.0, price_variance=20.0)
        self.assertEqual(picking.state, "done")

    def test_a_foreign_bill_at_another_rate_than_the_receipt(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": euro.id, "name": day, "inverse_company_rate": rate}
                for day, rate in (("2026-03-01", 2.0), ("2026-03-03", 2.5))
            ]
        )
        order = self._order_cells(10, 6.0, euro)
        self._receive(order, self.line_side)
        self.assertEqual(self.cell.total_value, 120.0)
        self._produce(self.battery, 1)
        self.assertProven()
        with freeze_time("2026-03-03 10:00:00"):
            self._bill_some(order, 4, 6.0)
            self.assertProven()
            self._bill_some(order, 6, 7.0)
            self.assertProven()
            # 4 at 15.00 and 6 at 17.50: six cells were used at 12.00.
            self.assertEqual(self.cell.total_value, 66.0)
            self.assertBalances(rip=66.0, price_variance=12.0 + 27.0)

    def test_a_delivery_and_its_invoice(self):
        self._buy(self.cell, 10, 12.0, self.store)
        order = self._sell(self.cell, 4, 30.0)
        self._deliver(order)
        self.assertProven()
        self._buy(self.cell, 6, 20.0, self.store)
        self.assertProven()
        self._invoice(order)
        self.assertProven()
        cost = self.cell._get_product_accounts()["expense"]
        self.assertEqual(self._balance(cost), 48.0)
        self.assertEqual(self._balance(self.policy.rip_account_id), 192.0)

    def test_invoices_that_are_posted_together(self):
        self._buy(self.cell, 4, 10.0, self.store)
        first = self._sell(self.cell, 4, 30.0)
        self._deliver(first)
        self._buy(self.cell, 4, 20.0, self.store)
        second = self._sell(self.cell, 4, 30.0)
        self._deliver(second)
        invoices = first._create_invoices() | second._create_invoices()
        invoices.action_post()
        cost = self.cell._get_product_accounts()["expense"]
        self.assertEqual(self._balance(cost), 120.0)
        self.assertBalances(rip=0.0, price_variance=0.0)
        self.assertProven()

    def test_an_invoice_in_advance(self):
        self.cell.invoice_policy = "order"
        self._buy(self.cell, 10, 12.0, self.store)
        order = self._sell(self.cell, 4, 30.0)
        invoice = self._invoice(order)
        self.assertProven()
        self._buy(self.cell, 10, 20.0, self.store)
        self.assertProven()
        self._deliver(order)
        self.assertProven()
        self.assertBalances(price_variance=16.0)
        dates = {"invoice_date": invoice.date, "date": invoice.date}
        invoice._reverse_moves([dates], cancel=True)
        self.assertProven()

    def test_a_price_of_the_order_that_is_changed(self):
        order = self._purchase(self.cell, 10, 10.0)
        self._receive(order, self.line_side)
        self._produce(self.battery, 1)
        order.order_line.price_unit = 12.0
        self.assertBalances(price_variance=12.0)
        self.assertProven()
        self._bill(order)
        self.assertBalances(rip=48.0, price_variance=12.0)
        self.assertProven()

    def test_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order_cells(2, 126.0, product_uom_id=dozen.id)
        self._receive(order, self.line_side)
        self.assertEqual(self._on_hand(self.cell), 24)
        self.assertEqual(self.cell.total_value, 252.0)
        self.assertProven()
        self._produce(self.battery, 1)
        self._bill_some(order, 1, 150.0)
        self.assertProven()
        self._bill_some(order, 1, 126.0)
        self.assertBalances(rip=207.0, price_variance=9.0)
        self.assertProven()

    def test_an_entry_of_somebody_else_is_not_explained_away(self):
        self._buy(self.cell, 10, 12.0, self.line_side)
        lines = [
            Command.create({"account_id": account.id, "balance": balance})
            for account, balance in (
                (self.policy.rip_account_id, 7.0),
                (self.policy.revaluation_account_id, -7.0),
            )
        ]
        self.env["account.move"].create({"line_ids": lines}).action_post()
        self._buy(self.cell, 10, 14.0, self.line_side)
        report = self.env["backflush.reconciliation"].create({})
        self.assertFalse(report.is_proven)
        self.assertEqual(report.unexplained, 7.0)

    def test_a_bill_on_another_account_is_named(self):
        order = self._purchase(self.cell, 10, 12.0)
        self._receive(order, self.line_side)
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = bill.date
        bill.invoice_line_ids.account_id = self.policy.usage_variance_account_id
        bill.action_post()
        report = self.env["backflush.reconciliation"].create({})
        self.assertFalse(report.is_proven)
        self.assertIn(
            "Cell", "".join(report.line_ids.mapped(lambda x: x.failures or ""))
        )
