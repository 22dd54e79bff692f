"""The chart of the United Kingdom: cost of sales, six digits, pounds."""

from freezegun import freeze_time

from odoo.tests import tagged

from .chart_common import ChartCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestUnitedKingdom(ChartCommon):
    chart, country, currency_name = "uk", "base.uk", "GBP"
    others_account = "100100"

    def test_the_chart_has_accounts_for_work_in_progress_and_finished_goods(self):
        policy = self._start("purchase_completion_sale")
        codes = self._codes(policy)
        self.assertEqual(codes["rip_account_id"], "100200")
        self.assertEqual(codes["fg_account_id"], "100300")
        self.assertEqual(codes["price_variance_account_id"][:2], "50")
        self.assertEqual(codes["suspense_account_id"][:2], "21")
        self._assert_proposals_fit_the_chart(policy)

    def test_purchase_completion_sale(self):
        policy = self._start("purchase_completion_sale")
        self._assert_goods_go_round(policy)

    def test_completion_sale(self):
        policy = self._start("completion_sale")
        self._assert_goods_go_round(policy)

    def test_other_goods_are_as_before(self):
        self._start("purchase_completion_sale")
        self._assert_other_goods_are_as_before()

    def test_an_account_that_is_in_use_is_not_proposed(self):
        """Finished goods are on 100300 already; the policy gets one beside it."""
        category = self._category("Merchandise")
        account = self.env["account.account"].with_company(self.national)
        account = account.search([("code", "=", "100300")])
        category.with_company(
            self.national
        ).property_stock_valuation_account_id = account
        policy = self._start("purchase_completion_sale")
        self.assertEqual(
            policy.rip_account_id.with_company(self.company).code, "100200"
        )
        self.assertNotEqual(policy.fg_account_id, account)
        self.assertEqual(self._codes(policy)["fg_account_id"][:3], "100")
