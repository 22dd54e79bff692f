from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .worked_common import WorkedCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-31 10:00:00")
class TestPeriodClose(WorkedCommon):
    """Preview, post, take back: allocated conversion against what was incurred."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls._plant("purchase_completion_sale", 10, 5)

    def setUp(self):
        super().setUp()
        self._at(self.here)

    def _close(self, date=None):
        return (
            self.env["backflush.period.close"]
            .with_user(self.accountant)
            .create({"date": date or fields.Date.today()})
        )

    def _works(self):
        self._buys(1000)
        self._makes(20)
        self._sells(10)
        self._incurs(130)

    def test_a_preview_posts_nothing(self):
        self._works()
        close = self._close()
        self.assertEqual(close.difference, 30.0)
        self.assertRecordValues(
            close.line_ids,
            [
                {"kind": "allocated", "debit": 100.0, "credit": 0.0},
                {"kind": "control", "debit": 0.0, "credit": 130.0},
                {"kind": "cogs", "debit": 30.0, "credit": 0.0},
            ],
        )
        self.assertBalances(conversion_control=130.0, conversion_allocated=-100.0)
        self.assertEqual(close.state, "draft")

    def test_over_allocated_conversion_credits_cost_of_goods_sold(self):
        self._works()
        self._incurs(-60)
        before = self._cogs()
        self._closes()
        self.assertEqual(self._cogs() - before, -30.0)

    def test_a_close_can_be_taken_back_and_made_again(self):
        self._works()
        before = self._cogs()
        close = self._closes()
        with self.assertRaisesRegex(UserError, "before it was posted"):
            close.action_reverse("Too early", "2026-03-30")
        close.action_reverse("The electricity bill came late")
        self.assertProven()
        self.assertEqual(close.state, "reversed")
        self.assertEqual(self._cogs(), before)
        self.assertBalances(conversion_control=130.0, conversion_allocated=-100.0)
        self._incurs(20)
        self._closes()
        self.assertEqual(self._cogs() - before, 50.0)

    def test_periods_follow_one_another(self):
        self._works()
        first = self._closes()
        with freeze_time("2026-04-30 10:00:00"):
            self._sells(10)
            self._incurs(7)
            second = self._closes()
            self.assertEqual(second.date_from, fields.Date.to_date("2026-04-01"))
            self.assertEqual(second.difference, 7.0)
            with self.assertRaisesRegex(UserError, "first"):
                first.action_reverse("Too late")
            with self.assertRaisesRegex(UserError, "closed already"):
                self._close("2026-04-15").action_post()

    def test_a_period_that_is_not_over_is_not_closed(self):
        with self.assertRaisesRegex(UserError, "not over"):
            self._close("2026-04-30").action_post()

    def test_open_records_that_must_be_resolved_block_it_by_name(self):
        self._works()
        order = self._makes(100)
        error = order.backflush_error_ids
        close = self._close()
        with self.assertRaisesRegex(UserError, error.name):
            close.action_post()
        error.sudo().severity = "recommended"
        close.action_post()
        self.assertProven()

    def test_entries_of_a_close_follow_it(self):
        self._works()
        entry = self._closes().move_ids
        for attempt in (entry.button_draft, entry.unlink, entry._reverse_moves):
            with self.assertRaises(UserError):
                attempt()

    def test_a_posted_close_stays(self):
        self._works()
        close = self._closes()
        with self.assertRaises(UserError):
            close.date = "2026-03-30"
        with self.assertRaises(UserError):
            close.unlink()
        with self.assertRaises(UserError):
            close.write({"state": "draft"})
        with self.assertRaises(UserError):
            close.action_post()

    def test_what_follows_from_posting_is_not_entered(self):
        self._works()
        entry = self.env["account.move"].search([("state", "=", "posted")], limit=1)
        closes = self.env["backflush.period.close"].with_user(self.accountant)
        close = closes.create(
            {"state": "posted", "reason": "No", "move_ids": [(4, entry.id)]}
        )
        self.assertEqual(close.state, "draft")
        self.assertFalse(close.move_ids)
        self.assertFalse(close.reason)
        for vals in ({"move_ids": [(4, entry.id)]}, {"date_from": "2026-01-01"}):
            with self.assertRaises(UserError):
                close.write(vals)

    def test_a_locked_period_is_refused(self):
        self._works()
        close = self._close()
        self.company.fiscalyear_lock_date = "2026-03-31"
        with self.assertRaisesRegex(UserError, "locked"):
            close.action_post()

    def test_who_may(self):
        self._works()
        close = self._close()
        with self.assertRaises(AccessError):
            close.with_user(self.operator).action_post()
        with self.assertRaises(AccessError):
            close.with_user(self.operator).action_reverse("No")

    def test_nothing_to_settle(self):
        close = self._close()
        self.assertFalse(close.line_ids)
        self.assertEqual(close.difference, 0.0)

    def test_policies_that_share_accounts_dispose_alike(self):
        self._works()
        self._policy(
            name="Elsewhere",
            conversion_allocated_account_id=(
                self.policy.conversion_allocated_account_id.id
            ),
            disposition="prorate",
        )
        with self.assertRaisesRegex(UserError, "dispose"):
            self._close()
