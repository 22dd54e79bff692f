from freezegun import freeze_time

from odoo.tests import tagged

from .receipt_common import ReceiptCommon
from .triggers_common import TriggersCommon


class OverheadCommon:
    """Cells of 10 bear 5 % of material overhead: a standard of 10.50."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cell.write({"material_overhead_rule": "percent", "material_overhead": 5})
        costs = cls.env["backflush.standard.cost"].with_user(cls.accountant)
        drafts = costs.browse(costs.action_roll_up(cls.vehicle.ids))
        drafts.action_release()
        cls.euro = cls._foreign("EUR")

    @classmethod
    def _foreign(cls, name):
        currency = cls.env.ref(f"base.{name}")
        currency.active = True
        cls.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": currency.id,
                "company_id": cls.company.id,
                "rate": 0.5,
            }
        )
        return currency

    def _absorbed(self):
        """``{kind: (amount, cost elements)}`` that the subledger keeps of overhead."""
        lines = self.env["backflush.posting.line"].search(
            [("kind", "=", "overhead"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(set(lines.mapped("product_id")) - {self.cell}, set())
        self.assertEqual(
            set(lines.mapped("cost_element")) - {"material_overhead"}, set()
        )
        return round(sum(lines.mapped("amount")), 8)

    def assertAbsorbed(self, inventory, overhead, price):
        """Balances, the subledger of the overhead, and all is proven."""
        account = self.cell._get_product_accounts()["stock_valuation"]
        self.assertEqual(self._balance(account), inventory)
        self.assertBalances(material_overhead=overhead, price_variance=price)
        self.assertEqual(self._absorbed(), overhead)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOverheadAtBill(OverheadCommon, TriggersCommon):
    """The bill absorbs the overhead that the standard holds."""

    def test_the_price_variance_is_the_price_alone(self):
        self._buy(self.cell, 10, 10)
        self.assertAbsorbed(105, -5, 0)
        self._buy(self.cell, 10, 13)
        self.assertAbsorbed(210, -10, 30)
        self._buy(self.cell, 10, 10.5)
        self.assertAbsorbed(315, -15, 35)

    def test_a_credit_note_and_a_return_give_it_back(self):
        order = self._buy(self.cell, 10, 12)
        self.assertAbsorbed(105, -5, 20)
        refund = order.invoice_ids._reverse_moves()
        refund.invoice_date = refund.date
        refund.invoice_line_ids.quantity = 4
        refund.action_post()
        self.assertAbsorbed(63, -3, 12)
        refund.button_draft()
        self.assertAbsorbed(105, -5, 20)

    def test_a_cancelled_bill_leaves_nothing(self):
        order = self._buy(self.cell, 10, 12)
        bill = order.invoice_ids
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertAbsorbed(0, 0, 0)

    def test_foreign_currency(self):
        order = self._purchase(self.cell, 10, 6)
        order.currency_id = self.euro
        order.order_line.price_unit = 6
        self._receive(order)
        self._bill(order)
        self.assertAbsorbed(105, -5, 20)

    def test_without_an_account_it_stays_with_the_price(self):
        self.policy.material_overhead_account_id = False
        self._buy(self.cell, 10, 12)
        self.assertBalances(price_variance=15.0)
        self.assertEqual(self._absorbed(), 0)
        self.assertProven()

    def test_what_is_made_absorbs_nothing_when_it_is_bought(self):
        self._buy(self.battery, 2, self.battery.standard_price)
        self.assertBalances(material_overhead=0.0, price_variance=0.0)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOverheadWithoutPurchaseTrigger(OverheadCommon, TriggersCommon):
    """Materials clearing is debited at standard, the rest leaves at the bill."""

    trigger_set = "completion_sale"

    def test_it_is_absorbed_at_the_bill_all_the_same(self):
        self._buy(self.cell, 10, 12)
        self.assertAbsorbed(105, -5, 20)
        self._produce(self.battery, 1)
        self.assertBalances(usage_variance=0.0, standard_variance=0.0)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOverheadAtReceipt(OverheadCommon, ReceiptCommon):
    """The receipt absorbs it, against what the vendor is going to bill."""

    def test_receipt_and_bill(self):
        order = self._order_cells(10, 12)
        self._receive_some(order, 6)
        self.assertAbsorbed(63, -3, 12)
        self.assertBalances(received_not_billed=-72.0)
        self._receive_some(order, 4)
        self.assertAbsorbed(105, -5, 20)
        self._bill_some(order, 10, 13)
        self.assertAbsorbed(105, -5, 30)
        self.assertBalances(received_not_billed=0.0)

    def test_a_return_gives_it_back(self):
        order = self._order_cells(10, 12)
        picking = self._receive_some(order, 10)
        self._give_back(picking, 4)
        self.assertAbsorbed(63, -3, 12)
        bill = self._bill_some(order, 6, 12)
        self._credit(bill)
        self.assertAbsorbed(63, -3, 12)
        self.assertBalances(received_not_billed=-72.0)

    def test_goods_without_an_order_are_expected_at_their_price(self):
        self._receive_without_order(10)
        self.assertAbsorbed(105, -5, 0)
        self.assertBalances(received_not_billed=-100.0)
        self._bill_without_order(10, 11)
        self.assertAbsorbed(105, -5, 10)
        self.assertBalances(received_not_billed=0.0)

    def test_foreign_currency(self):
        order = self._order_cells(10, 6, self.euro)
        self._receive_some(order, 10)
        self.assertAbsorbed(105, -5, 20)
        self._bill_some(order, 10, 6)
        self.assertAbsorbed(105, -5, 20)
