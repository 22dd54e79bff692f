"""The German chart SKR03: Odoo's closing rebooks its stock account every time."""

from freezegun import freeze_time

from odoo.tests import tagged

from .chart_common import ChartCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestGermany(ChartCommon):
    chart, country, currency_name = "de_skr03", "base.de", "EUR"
    others_account = "7200"

    def test_the_chart_s_own_inventory_accounts_are_proposed(self):
        policy = self._start("purchase_completion_sale")
        codes = self._codes(policy)
        self.assertEqual(codes["rip_account_id"], "3970")
        self.assertEqual(codes["fg_account_id"], "7110")
        self._assert_proposals_fit_the_chart(policy)

    def test_the_default_stock_account_is_rebooked_and_never_proposed(self):
        """It has variation and expense accounts: the closing books 50.00 of it."""
        policy = self._start("purchase_completion_sale")
        self._assert_goods_go_round(policy)
        self.assertFalse(self.company.anglo_saxon_accounting)
        self._assert_other_goods_are_as_before()
        stock = self.company.account_stock_valuation_id
        self.assertTrue(stock.account_stock_expense_id)
        proposed = self.company._action_close_stock_valuation()
        touched = {vals["account_id"] for vals in proposed}
        self.assertEqual(
            touched,
            {
                stock.id,
                stock.account_stock_variation_id.id,
                stock.account_stock_expense_id.id,
            },
        )

    def test_purchase_sale(self):
        policy = self._start("purchase_sale")
        self._assert_goods_go_round(policy)

    def test_the_other_german_chart(self):
        """Its raw material account is rebooked, too: a new one stands beside it."""
        policy = self._start("purchase_completion_sale", self._load("de_skr04"))
        codes = self._codes(policy)
        self.assertEqual(codes["rip_account_id"], "1001")
        self.assertEqual(codes["fg_account_id"], "1110")
        self._assert_proposals_fit_the_chart(policy)
