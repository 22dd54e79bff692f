from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .actual_common import ActualCommon
from .cutover_common import CutoverSteps


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualCutover(CutoverSteps, ActualCommon):
    """A policy comes and leaves while components at actual cost are in stock."""

    def _open_everything(self):
        """20 cells at 12; some used, some lacking, some not billed, one pack sold.

        Two batteries took 12 cells and one was delivered; a third one found none at
        another place and is parked; 5 cells at 15 were received and not billed.
        """
        self._buy(self.cell, 20, 12.0, self.line_side)
        self._produce(self.battery, 2)
        self._deliver(self._sell(self.battery, 1, 200))
        self._produce(self.battery, 2)
        self._receive(self._purchase(self.cell, 5, 15.0), self.store)
        self.assertProven()

    def test_a_policy_leaves_and_comes_back(self):
        self._open_everything()
        before = self._accounts()
        self.assertLess(before["suspense"], 0.0)
        cutover = self._cut_over("leave")
        self.assertEqual(self.bought.property_cost_method, "average")
        self.assertEqual(set(self._accounts().values()), {0.0})
        stock = self.company.account_stock_valuation_id
        self.assertEqual(self._balance(stock), sum(self.company.stock_value().values()))
        self._reverse(cutover)
        self.assertEqual(self.bought.property_backflush_cost_basis, "actual")
        self.assertEqual(self._accounts(), before)
        self.assertEqual(self._balance(stock), 0.0)
        error = self.env["backflush.error"].search([("state", "=", "open")])
        self._buy(self.cell, 10, 13.0, self.line_side)
        self._as(self.supervisor, error).action_retry()
        self.assertEqual(error.state, "resolved")
        self.assertProven()

    def test_trigger_points_that_cannot_carry_it_are_refused_by_name(self):
        """Already in the preview, and nothing is changed."""
        self._open_everything()
        before = self._accounts()
        for trigger_set in ("purchase_sale", "completion_sale", "sale"):
            refused = self.assertRaisesRegex(ValidationError, "Bought.*Plant")
            with self.subTest(trigger_set), refused, self.env.cr.savepoint():
                self._cutover("change", trigger_set=trigger_set)
        self.assertEqual(self.policy.trigger_set, "purchase_completion_sale")
        self.assertEqual(self._accounts(), before)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualGoLive(CutoverSteps, ActualCommon):
    """Stock that Odoo has at average cost comes in at that cost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for category in (cls.bought, cls.made):
            category.property_backflush_policy_id = False
            category.property_valuation = "real_time"

    def test_stock_comes_in_at_what_it_is_worth(self):
        """10 at 12 billed and 6 at 16 not yet: the bill brings the 96."""
        stock = self.company.account_stock_valuation_id
        self._buy(self.cell, 10, 12.0, self.line_side)
        unbilled = self._purchase(self.cell, 6, 16.0)
        self._receive(unbilled, self.line_side)
        cutover = self._cutover(
            "enter", material_categ_ids=self.bought, finished_categ_ids=self.made
        )
        names = cutover.item_ids.mapped("name")
        self.assertNotIn("Stock at average or FIFO", names)
        cutover.action_post()
        self.assertFalse(cutover.unexplained)
        self.assertProven()
        self.assertEqual(self._balance(stock), 0.0)
        self.assertEqual(self.bought.property_cost_method, "average")
        self._produce(self.battery, 1)
        self.assertProven()
        self._bill(unbilled)
        self.assertProven()
        self.assertEqual(self._balance(self.policy.rip_account_id), 216.0 - 6 * 13.5)
        self._reverse(cutover.with_env(self.env))
        self.assertEqual(self.bought.property_cost_method, "average")
        self.assertEqual(self._balance(stock), 216.0 - 6 * 13.5 + 70.0)
