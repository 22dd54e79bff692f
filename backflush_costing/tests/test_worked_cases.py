from freezegun import freeze_time

from odoo.tests import tagged

from .worked_common import WorkedCommon
from .worked_figures import CASES, SETS, SVC


class Undone(Exception):
    """A case is over; nothing of it stays."""


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 10:00:00")
class TestWorkedCases(WorkedCommon):
    """Textbook figures through vendor bills, orders and invoices, to the cent.

    Every case goes through all trigger sets in two companies at once, one of which
    keeps its books in euro, step by step side by side.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR")
        cls.here = cls._new_company("Dollar")
        cls.there = cls._new_company("Euro", cls.euro)

    # -- both plants ---------------------------------------------------------------

    def _in_all_sets(self, material, conversion, work):
        """``work(plants)`` for every pair of opposite sets; nothing of it stays."""
        self.assertNotEqual(self.here.currency_id, self.there.currency_id)
        for pair in zip(SETS, reversed(SETS), strict=True):
            with self.subTest(sets=pair):
                try:
                    with self.env.cr.savepoint():
                        work(self._plants(pair, material, conversion))
                        raise Undone
                except Undone:
                    self.env.invalidate_all()

    def _plants(self, pair, material, conversion):
        """A plant in each company; one counts in euro what the other does in dollar."""
        return [
            self._plant(trigger_set, material, conversion, company)
            for trigger_set, company in zip(pair, (self.here, self.there), strict=True)
        ]

    def _each(self, plants, step):
        """One event in one plant after the other."""
        for plant in plants:
            self._at(plant)
            step()

    # -- the cases -----------------------------------------------------------------

    def test_cases_of_the_books(self):
        """Before and after the close; what is spent is in stock or is sold."""
        for case, books in CASES.items():
            with self.subTest(case=case):
                self._in_all_sets(
                    case.material,
                    case.conversion,
                    lambda plants, case=case, books=books: self._runs(
                        plants, case, books
                    ),
                )

    def _runs(self, plants, case, books):
        self._each(plants, lambda: self._buys(case.purchases))
        self._each(plants, lambda: self._incurs(case.incurred))
        self._each(plants, lambda: self._makes_as_in_the_book(case))
        self._each(plants, lambda: self._sells_as_in_the_book(case))
        self._each(plants, lambda: self._stands_before(books, case))
        self._each(plants, lambda: self._closes_as_in_the_book(books, case))

    def _makes_as_in_the_book(self, case):
        """Dr FG n(m+k) / Cr INV nm, CCA nk; no entry without this trigger point."""
        entry = self._makes(case.made).backflush_confirmation_ids.move_id
        material, conversion = case.made * case.material, case.made * case.conversion
        if not self.policy._triggers().completion:
            return self.assertFalse(entry)
        return self.assertEntry(
            entry,
            [
                ("fg", material + conversion),
                (self._held(), -material),
                ("conversion_allocated", -conversion),
            ],
        )

    def _sells_as_in_the_book(self, case):
        """Dr COGS s(m+k) / Cr FG, or INV sm and CCA sk where no completion was."""
        invoice = self._sells(case.sold)
        material, conversion = case.sold * case.material, case.sold * case.conversion
        credits = (
            [("fg", -material - conversion)]
            if self.policy._triggers().completion
            else [(self._held(), -material), ("conversion_allocated", -conversion)]
        )
        costs = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        self.assertEqual(
            sorted((line.account_id.id, line.balance) for line in costs),
            sorted(
                [
                    *(
                        (self.policy[f"{n}_account_id"].id, value)
                        for n, value in credits
                    ),
                    (self._cogs_account().id, material + conversion),
                ]
            ),
        )

    def _held(self):
        """What this set calls the account that holds the materials."""
        purchase = self.policy._triggers().purchase
        return "rip" if purchase else "material_clearing"

    def _stands_before(self, books, case):
        found = books[self.policy.trigger_set]
        self.assertBalances(
            **{self._held(): found.raw},
            fg=found.finished,
            conversion_control=case.incurred,
            conversion_allocated=-found.allocated,
        )
        self.assertEqual(self._cogs(), found.sold)

    def _closes_as_in_the_book(self, books, case):
        """Dr CCA, Dr (Cr) COGS / Cr CCC; then P + K = INV + FG + COGS."""
        found = books[self.policy.trigger_set]
        close = self._closes()
        difference = case.incurred - found.allocated
        self.assertEqual(close.difference, difference)
        self.assertEqual(
            sorted((i.account_id.id, i.balance) for i in close.move_ids.line_ids),
            sorted(
                [
                    (self.policy.conversion_allocated_account_id.id, found.allocated),
                    (self._cogs_account().id, difference),
                    (self.policy.conversion_control_account_id.id, -case.incurred),
                ]
            ),
        )
        self.assertBalances(
            **{self._held(): found.raw},
            fg=found.finished,
            conversion_control=0.0,
            conversion_allocated=0.0,
        )
        self.assertEqual(self._cogs(), found.final)
        self.assertEqual(
            found.raw + found.finished + self._cogs(), case.purchases + case.incurred
        )

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
        self._in_all_sets(SVC.material, SVC.conversion, self._varies)

    def _varies(self, plants):
        self._each(plants, lambda: self._buys(1950000, billed=1992000))
        self._each(
            plants,
            lambda: self.assertBalances(
                **{self._held(): 1950000.0}, price_variance=42000.0
            ),
        )
        self._each(plants, lambda: self._makes(SVC.made))
        self._each(plants, self._counts)

    def _counts(self):
        self._put(self.raw, 20000, self.store)
        self.assertProven()
        # Without a completion trigger the product is carried at its material here.
        made = 0.0 if self.policy._triggers().completion else 1900000.0
        self.assertBalances(
            **{self._held(): 20000.0 + made}, inventory_difference=30000.0
        )

    def test_price_and_usage_variance(self):
        """35,000 units of 5 lb at 30; used were 4.5 lb a unit, bought at 32."""
        self._in_all_sets(150, 50, self._uses_less)

    def _uses_less(self, plants):
        self._each(plants, lambda: self._buys(157500 * 30, billed=157500 * 32))
        self._each(plants, lambda: self.assertBalances(price_variance=315000.0))
        self._each(plants, self._makes_of_less)

    def _makes_of_less(self):
        order = self._order(self.product, 35000).with_user(self.operator)
        order.qty_producing = 35000
        order.set_qty_producing()
        order.move_raw_ids.quantity = 157500 * 30
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertProven()
        self.assertBalances(
            price_variance=315000.0, usage_variance=-525000.0, standard_variance=0.0
        )

    # -- prorated ------------------------------------------------------------------

    def test_svc_prorated(self):
        """60,000: 600 stay with the stock until the first day of the next period."""
        for base in ("conversion", "total"):
            with self.subTest(base=base):
                self._prorates(base)

    def _prorates(self, base):
        plant = self._plant(
            "purchase_completion_sale",
            SVC.material,
            SVC.conversion,
            self._new_company(f"Prorated by {base}"),
            disposition="prorate",
            proration_base=base,
        )
        self._at(plant)
        self._buys(SVC.purchases)
        self._incurs(SVC.incurred)
        self._makes(SVC.made)
        self._sells(SVC.sold)
        close = self._closes()
        adjustment, cost = self.policy.proration_account_id, self._cogs_account()
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
