from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .receipt_common import ReceiptCommon
from .triggers_common import TriggersCommon


class KitPurchaseCommon:
    """A set of 4 cells (10) and a body (90), bought as one; 40 % of it is the cells.

    Its standard value is 130.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set = cls._product("Set", 0.0, purchase_method="purchase")
        cls.kit = cls._bom(cls.set, [(cls.cell, 4), (cls.body, 1)], type="phantom")
        for line, percent in zip(cls.kit.bom_line_ids, (40, 60), strict=True):
            line.cost_share = percent
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "currency_id": cls.euro.id,
                    "company_id": cls.company.id,
                    "rate": 1 / rate,
                }
                for day, rate in (("2026-01-01", 2.0), ("2026-03-10", 2.5))
            ]
        )

    def _order_sets(self, quantity, price, currency=None):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "currency_id": (currency or self.company.currency_id).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.set.id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        return order

    def _receive_sets(self, order, cells, bodies):
        """What came of each part; the rest waits in a backorder."""
        picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
        for move in picking.move_ids:
            move.quantity = cells if move.product_id == self.cell else bodies
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertProven()
        return picking

    def _bill_sets(self, order, quantity, price=None):
        order.action_create_invoice()
        bill = order.invoice_ids.filtered(lambda m: m.state == "draft")
        bill.invoice_date = bill.date
        bill.invoice_line_ids.quantity = quantity
        if price is not None:
            bill.invoice_line_ids.price_unit = price
        bill.action_post()
        self.assertProven()
        return bill

    def _credit_sets(self, bill, quantity):
        refund = bill._reverse_moves()
        refund.invoice_date = refund.date
        refund.invoice_line_ids.quantity = quantity
        refund.action_post()
        self.assertProven()
        return refund

    def _return_parts(self, picking, cells, bodies):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = cells if line.product_id == self.cell else bodies
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.picked = True
        back.button_validate()
        self.assertProven()

    def _price_of(self, product):
        """Price variance of one part, from the journal."""
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.policy.price_variance_account_id.id),
                ("product_id", "=", product.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(items.mapped("balance")), 2)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestKitAtBill(KitPurchaseCommon, TriggersCommon):
    """The vendor bill names the kit; inventory and variances name its parts."""

    def assertBilled(self, rip, cells, bodies):
        self.assertBalances(rip=rip, price_variance=cells + bodies)
        self.assertEqual(
            (self._price_of(self.cell), self._price_of(self.body)), (cells, bodies)
        )
        self.assertProven()

    def test_the_bill_is_split_by_the_cost_shares(self):
        """1,500 for 10 sets: 600 for cells of 400, 900 for bodies of 900."""
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        report = self.assertProven()
        line = report.line_ids.filtered(
            lambda row: row.account_id == self.policy.rip_account_id
        )
        self.assertEqual((line.stock_value, line.received_not_billed), (1300, -1300))
        self._bill_sets(order, 10)
        self.assertBilled(1300, 200, 0)
        expense = self.set._get_product_accounts()["expense"]
        self.assertEqual(self._balance(expense), 0)

    def test_partial_receipts_and_bills(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 12, 4)
        self._bill_sets(order, 6)
        self.assertBilled(780, 120, 0)
        self._receive_sets(order, 28, 6)
        self._bill_sets(order, 4, 160)
        self.assertBilled(1300, 120 + 96, 24)

    def test_returns_and_credit_notes(self):
        order = self._order_sets(10, 150)
        picking = self._receive_sets(order, 40, 10)
        bill = self._bill_sets(order, 10)
        self._return_parts(picking, 8, 2)
        self._credit_sets(bill, 2)
        self.assertBilled(1040, 160, 0)

    def test_reset_to_draft_and_posted_again(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        bill = self._bill_sets(order, 10)
        bill.button_draft()
        self.assertBilled(0, 0, 0)
        bill.invoice_line_ids.price_unit = 140
        bill.action_post()
        self.assertBilled(1300, 160, -60)

    def test_a_bill_that_is_cancelled_by_its_reversal(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        bill = self._bill_sets(order, 10)
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertBilled(0, 0, 0)

    def test_a_kit_that_is_under_the_policy_itself(self):
        self.set.categ_id = self.material
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        self._bill_sets(order, 10)
        self.assertBilled(1300, 200, 0)

    def test_a_part_without_a_policy_goes_where_it_belongs(self):
        paper = self._product("Paper", 1.0, is_storable=False)
        self.kit.bom_line_ids.cost_share = 0
        self.kit.bom_line_ids = [
            Command.create({"product_id": paper.id, "product_qty": 1})
        ]
        self.kit.bom_line_ids = [
            Command.update(line.id, {"cost_share": percent})
            for line, percent in zip(self.kit.bom_line_ids, (40, 40, 20), strict=True)
        ]
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        self._bill_sets(order, 10)
        self.assertBilled(1300, 200, -300)
        expense = paper._get_product_accounts()["expense"]
        self.assertEqual(self._balance(expense), 300)

    def test_foreign_currency(self):
        order = self._order_sets(10, 75, self.euro)
        self._receive_sets(order, 40, 10)
        self._bill_sets(order, 10)
        self.assertBilled(1300, 200, 0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestKitWithoutPurchaseTrigger(KitPurchaseCommon, TriggersCommon):
    """Materials clearing takes the parts at standard."""

    trigger_set = "completion_sale"

    def test_the_bill_is_split(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        self._bill_sets(order, 10)
        self.assertBalances(material_clearing=1300.0, price_variance=200.0)
        self._produce(self.battery, 2)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestKitAtReceipt(KitPurchaseCommon, ReceiptCommon):
    """The receipt names the parts, at their share of the price of the kit."""

    def test_receipt_and_bill(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 16, 4)
        self.assertStands(520.0, -600.0, 80.0)
        self._bill_sets(order, 10, 160)
        self.assertStands(520.0, 1600 - 640.0, 120.0)
        self._receive_sets(order, 24, 6)
        self.assertStands(1300.0, 0.0, 300.0)

    def test_parts_that_do_not_come_together(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 0)
        self.assertStands(400.0, -600.0, 200.0)
        self._bill_sets(order, 10)
        self.assertStands(400.0, 900.0, 200.0)
        self._receive_sets(order, 0, 10)
        self.assertStands(1300.0, 0.0, 200.0)

    def test_returns_credit_notes_and_drafts(self):
        order = self._order_sets(10, 150)
        picking = self._receive_sets(order, 40, 10)
        bill = self._bill_sets(order, 10)
        self._return_parts(picking, 8, 2)
        self.assertStands(1040.0, 300.0, 160.0)
        refund = self._credit_sets(bill, 2)
        self.assertStands(1040.0, 0.0, 160.0)
        refund.button_draft()
        self.assertStands(1040.0, 300.0, 160.0)

    def test_a_bill_that_is_cancelled_by_its_reversal(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        bill = self._bill_sets(order, 10)
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertStands(1300.0, -1500.0, 200.0)

    def test_what_the_rate_does_is_exchange_difference(self):
        """75 euro a set: received at 2.00 each, billed at 2.50."""
        order = self._order_sets(10, 75, self.euro)
        self._receive_sets(order, 40, 10)
        self.assertStands(1300.0, -1500.0, 200.0)
        with freeze_time("2026-03-12 10:00:00"):
            self._bill_sets(order, 10)
            self.assertStands(1300.0, 0.0, 200.0, 375.0)
