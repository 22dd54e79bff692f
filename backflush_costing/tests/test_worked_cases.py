from typing import NamedTuple

from freezegun import freeze_time

from odoo.tests import tagged

from .worked_common import WorkedCommon

SETS = ("purchase_completion_sale", "purchase_sale", "completion_sale", "sale")


class Case(NamedTuple):
    """P purchases, K conversion incurred, m and k standards, n made, s sold."""

    purchases: float
    incurred: float
    material: float
    conversion: float
    made: float
    sold: float


SVC = Case(1950000, 1260000, 19, 12, 100000, 99000)
ACTON = Case(550000, 440000, 25, 20, 21000, 20000)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 10:00:00")
class TestWorkedCases(WorkedCommon):
    """Textbook figures through vendor bills, orders and invoices, to the cent."""

    def _runs(self, case, trigger_set, company=None, **policy):
        """Everything up to the close, proven after every step."""
        plant = self._plant(
            trigger_set, case.material, case.conversion, company, **policy
        )
        self._at(plant)
        self._buys(case.purchases)
        self._incurs(case.incurred)
        self._makes(case.made)
        self._sells(case.sold)
        return plant

    def test_svc_purchase_completion_sale(self):
        """Horngren, Silicon Valley Computer: keyboards."""
        self._runs(SVC, "purchase_completion_sale")
        self.assertBalances(
            rip=50000.0,
            fg=31000.0,
            conversion_control=1260000.0,
            conversion_allocated=-1200000.0,
        )
        self.assertEqual(self._cogs(), 3069000.0)
        close = self._closes()
        self.assertBalances(
            rip=50000.0, fg=31000.0, conversion_control=0.0, conversion_allocated=0.0
        )
        self.assertEqual(self._cogs(), 3129000.0)
        self.assertEqual(close.difference, 60000.0)

    def test_svc_purchase_sale(self):
        self._runs(SVC, "purchase_sale")
        self.assertBalances(rip=69000.0, conversion_allocated=-1188000.0)
        self._closes()
        self.assertEqual(self._cogs(), 3141000.0)
        self.assertBalances(rip=69000.0, fg=0.0, conversion_allocated=0.0)

    def test_svc_completion_sale(self):
        self._runs(SVC, "completion_sale")
        self.assertBalances(material_clearing=50000.0, fg=31000.0, rip=0.0)
        self._closes()
        self.assertEqual(self._cogs(), 3129000.0)

    def test_svc_sale(self):
        self._runs(SVC, "sale")
        self.assertBalances(material_clearing=69000.0, fg=0.0)
        self._closes()
        self.assertEqual(self._cogs(), 3141000.0)

    def test_clearing_is_credited_before_the_bill_comes(self):
        """Turnover 1,900,000 credited at completion; Dr 50,000 once billed."""
        self._at(self._plant("completion_sale", SVC.material, SVC.conversion))
        purchase = self._purchase(self.raw, SVC.purchases, 1.0)
        self._receive(purchase)
        self._makes(SVC.made)
        self.assertBalances(material_clearing=-1900000.0, fg=3100000.0)
        self._bill(purchase)
        self.assertProven()
        self.assertBalances(material_clearing=50000.0)

    def test_svc_with_variances(self):
        """42,000 of price variance at the bill; a count finds 30,000 less material."""
        self._at(self._plant("purchase_completion_sale", SVC.material, SVC.conversion))
        self._buys(1950000, billed=1992000)
        self.assertBalances(rip=1950000.0, price_variance=42000.0)
        self._makes(SVC.made)
        self._put(self.raw, 20000, self.store)
        self.assertProven()
        self.assertBalances(rip=20000.0, inventory_difference=30000.0)

    def test_svc_prorated(self):
        """60,000: 600 stay with the stock until the first day of the next period."""
        for base in ("conversion", "total"):
            with self.subTest(base=base):
                self._prorates(base)

    def _prorates(self, base):
        self._runs(
            SVC,
            "purchase_completion_sale",
            self._new_company(f"Prorated by {base}"),
            disposition="prorate",
            proration_base=base,
        )
        close = self._closes()
        adjustment = self.policy.proration_account_id
        cost = self.product._get_product_accounts()["expense"]
        self.assertEqual(self._until("2026-03-31", adjustment), 600.0)
        self.assertEqual(self._until("2026-03-31", cost), 3128400.0)
        self.assertBalances(fg=31000.0)
        self.assertEqual(self._until("2026-04-01", adjustment), 0.0)
        self.assertEqual(self._until("2026-04-01", cost), 3129000.0)
        close.action_reverse("Only an exercise")
        for day, balance in (("2026-03-31", 3069000.0), ("2026-04-01", 3069000.0)):
            self.assertEqual(self._until(day, adjustment), 0.0)
            self.assertEqual(self._until(day, cost), balance)

    def _until(self, day, account):
        return float(self.company._backflush_ledger_balances(account, day)[account])

    def test_acton_in_all_sets_and_two_currencies(self):
        """Two plants with different currencies, step by step side by side."""
        figures = {
            "purchase_completion_sale": ("rip", 25000.0, 45000.0, 920000.0),
            "purchase_sale": ("rip", 50000.0, 0.0, 940000.0),
            "completion_sale": ("material_clearing", 25000.0, 45000.0, 920000.0),
            "sale": ("material_clearing", 50000.0, 0.0, 940000.0),
        }
        for here, there in zip(SETS, reversed(SETS), strict=True):
            with self.subTest(here=here, there=there):
                self._side_by_side(here, there, figures)

    def _side_by_side(self, here, there, figures):
        euro = self.setup_other_currency("EUR")
        plants = [
            (
                self._plant(
                    name,
                    ACTON.material,
                    ACTON.conversion,
                    self._new_company(f"{place} {name}", currency),
                ),
                figures[name],
            )
            for name, place, currency in (
                (here, "Dollar", None),
                (there, "Euro", euro),
            )
        ]
        steps = (
            lambda: self._buys(ACTON.purchases),
            lambda: self._incurs(ACTON.incurred),
            lambda: self._makes(ACTON.made),
            lambda: self._sells(ACTON.sold),
            self._closes,
        )
        for step in steps:
            for plant, _figures in plants:
                self._at(plant)
                step()
        for plant, (account, raw, fg, cogs) in plants:
            self._at(plant)
            self.assertBalances(**{account: raw}, fg=fg, conversion_control=0.0)
            self.assertEqual(self._cogs(), cogs)

    def test_everything_made_is_sold(self):
        """Hansen & Mowen: applied 395,000, 15,000 to cost of goods sold, 410,000."""
        case = Case(160000, 25000 + 225000, 16, 23.5, 10000, 10000)
        for trigger_set in SETS:
            with self.subTest(trigger_set=trigger_set):
                self._runs(
                    case, trigger_set, self._new_company(f"Hansen {trigger_set}")
                )
                self.assertEqual(self._cogs(), 395000.0)
                self._closes()
                self.assertEqual(self._cogs(), 410000.0)
                self.assertBalances(
                    rip=0.0, fg=0.0, material_clearing=0.0, conversion_allocated=0.0
                )

    def test_price_and_usage_variance(self):
        """35,000 units of 5 lb at 30; used were 4.5 lb a unit, bought at 32."""
        self._at(self._plant("purchase_completion_sale", 150, 50))
        self._buys(157500 * 30, billed=157500 * 32)
        self.assertBalances(price_variance=315000.0)
        order = self._order(self.product, 35000).with_user(self.operator)
        order.qty_producing = 35000
        order.set_qty_producing()
        order.move_raw_ids.quantity = 157500 * 30
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertProven()
        self.assertBalances(usage_variance=-525000.0, standard_variance=0.0)
