"""A company with a national chart of accounts, set up by proposal."""

from collections import defaultdict

from odoo.addons.backflush_costing.tests.worked_common import WorkedCommon


class ChartCommon(WorkedCommon):
    """Plants of a company whose chart the subclass names.

    Each plant has a policy whose accounts are all proposed. One product of 25 in
    material and 20 in conversion, in the chart's own currency.
    """

    chart = country = currency_name = None
    #: What the company's own goods are kept on, whatever the policy does.
    others_account = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.national = cls._load(cls.chart)
        cls.before = cls.national.anglo_saxon_accounting

    @classmethod
    def _load(cls, chart):
        """A company with a chart of the country."""
        company = cls.env["res.company"].create(
            {"name": f"Plant {chart}", "country_id": cls.env.ref(cls.country).id}
        )
        cls.env.user.company_ids += company
        cls.env["account.chart.template"].try_loading(chart, company)
        return company

    def _start(self, trigger_set, company=None, **policy):
        """A plant of the company; returns its policy."""
        company = company or self.national
        plant = self._plant(trigger_set, 25, 20, company, **policy)
        self._at(plant)
        self.assertEqual(self.company.currency_id.name, self.currency_name)
        return self.policy

    def _codes(self, policy):
        """``{field: code}`` of the policy's accounts in the company's chart."""
        names = [name for name in policy._fields if name.endswith("_account_id")]
        return {name: policy[name].with_company(self.company).code for name in names}

    def _account(self, code):
        """An account of the chart by its code."""
        accounts = self.env["account.account"].with_company(self.company)
        return accounts.search([("code", "=", code)])

    # -- facts that hold for every chart -------------------------------------------

    def _assert_goods_go_round(self, policy):
        """Bought dearer, billed, completed, delivered, invoiced; proven at each."""
        self._buys(1000, billed=1100)
        self._makes(20)
        self._sells(15)
        material = policy._material_account()
        triggers = policy._triggers()
        carried = 45 if triggers.completion else 25
        stock = defaultdict(int, {material: 500})
        stock[policy._inventory_account("finished")] += 5 * carried
        self.assertEqual({a: self._balance(a) for a in stock}, stock)
        self.assertBalances(price_variance=100.0)
        self.assertEqual(self._cogs(), 15 * 45)
        allocated = (20 if triggers.completion else 15) * 20
        self.assertBalances(conversion_allocated=-allocated)

    def _assert_proposals_fit_the_chart(self, policy):
        """New codes are as long as the chart's, and no account serves anything else."""
        width = {len(code) for code in self._codes(policy).values()}
        self.assertEqual(width, {len(self.company.account_stock_valuation_id.code)})
        accounts = [policy[name] for name in self._codes(policy)]
        self.assertEqual(len(set(accounts)), len(accounts))
        for account in accounts:
            self.assertFalse(account.account_stock_expense_id)
            self.assertNotEqual(account, self.company.account_stock_valuation_id)

    def _assert_other_goods_are_as_before(self):
        """A category outside the policies is valued and closed by Odoo alone."""
        self.assertEqual(self.company.anglo_saxon_accounting, self.before)
        with self._class_env(self.env, self.company):
            category = self._category("Merchandise")
            category.property_valuation = "real_time"
            goods = self._product("Goods", 8.0, category)
        self._buy(goods, 5, 10.0)
        account = self._account(self.others_account)
        self.assertEqual(goods._get_product_accounts()["stock_valuation"], account)
        self.assertEqual(self._balance(account), 50)
