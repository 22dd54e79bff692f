from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .errors_common import ErrorsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestBlockedLocation(ErrorsCommon):
    """While somebody counts nothing is flushed there; afterwards nothing is lost."""

    def setUp(self):
        super().setUp()
        self._count(50)

    def _begin(self, place=None, user=None):
        place = place or self.line_side
        self._as(user or self.supervisor, place).action_backflush_begin_count("Yearly")
        self.env.invalidate_all()

    def _end(self, place=None, user=None):
        place = place or self.line_side
        self._as(user or self.supervisor, place).action_backflush_end_count()
        self.env.invalidate_all()

    def test_who_when_and_why(self):
        self._begin(user=self.accountant)
        self.assertRecordValues(
            self.line_side,
            [
                {
                    "backflush_blocked": True,
                    "backflush_blocked_by_id": self.accountant.id,
                    "backflush_blocked_reason": "Yearly",
                }
            ],
        )
        with self.assertRaisesRegex(UserError, "being counted already"):
            self._begin()
        self._end()
        self.assertEqual(self.line_side.backflush_released_by_id, self.supervisor)
        self.assertFalse(self.line_side.backflush_is_blocked)

    def test_roles(self):
        for user in (self.operator, self.counter):
            with self.assertRaises(AccessError):
                self._begin(user=user)
        with self.assertRaisesRegex(UserError, "internal location"):
            self._begin(self.warehouse.view_location_id)
        manager = self._user("manager", "stock.group_stock_manager")
        with self.assertRaises(AccessError):
            self._as(manager, self.line_side).backflush_blocked = True

    def test_a_report_waits_and_is_issued_when_the_count_ends(self):
        self._begin()
        with freeze_time("2026-03-02 11:00:00"):
            self._count(45)
        with freeze_time("2026-03-02 12:00:00"):
            errors = self._use(20)
            self.assertEqual(
                (errors.cause, errors.quantity_open), ("location_blocked", 20)
            )
            self.assertBooks(45, 20)
            self._end()
            self._run_cron()
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(25, 0)

    def test_what_was_used_before_the_count_is_worked_off_by_it(self):
        self._begin()
        errors = self._use(20)
        with freeze_time("2026-03-02 11:00:00"):
            self._count(28)
            self.assertEqual(errors.state, "resolved")
            self.assertBooks(28, 0, difference=-(50 - 2) * 10.0)

    def test_what_is_reported_late_is_worked_off_at_the_end(self):
        self._begin()
        with freeze_time("2026-03-02 11:00:00"):
            self._count(28)
        with freeze_time("2026-03-02 12:00:00"):
            late = self._use(20, at="2026-03-02 10:30:00")
            after = self._use(8)
            self._end()
            self.assertEqual((late.state, after.state), ("resolved", "open"))
            self.assertBooks(28, 8, difference=-(28 + 20) * 10.0)
            self._run_cron()
        self.assertEqual(after.state, "resolved")
        self.assertBooks(20, 0)

    def test_what_is_reported_late_and_counted_as_nothing(self):
        self._begin()
        with freeze_time("2026-03-02 11:00:00"):
            self._count(0)
            self.env["stock.quant"]._unlink_zero_quants()
        with freeze_time("2026-03-02 12:00:00"):
            late = self._use(20, at="2026-03-02 10:30:00")
            self._end()
        self.assertEqual(late.state, "resolved")
        self.assertBooks(0, 0)

    def test_nothing_is_retried_or_taken_meanwhile(self):
        errors = self._use(60)
        self._begin()
        self._receive_at_line(100)
        self.assertFalse(errors.flush_is_retryable)
        self._as(self.supervisor, errors).action_retry()
        self._run_cron()
        with self.assertRaisesRegex(UserError, "blocked for counting"):
            self._as(self.supervisor, errors).action_issue_from(self.line_side.id)
        self.assertBooks(100, 10)
        self._end()
        self._run_cron()
        self.assertBooks(90, 0)

    def test_locations_below_are_blocked_too(self):
        box = self.env["stock.location"].create(
            {"name": "Box", "location_id": self.line_side.id}
        )
        self.cell.product_tmpl_id.property_backflush_location_id = box
        self._count(50, location=box)
        self._begin()
        self.assertTrue(box.backflush_is_blocked)
        self.assertEqual(self._use(10).cause, "location_blocked")
        self._end()
        self._run_cron()
        self.assertEqual(self._on_hand(self.cell, box), 40)

    def test_a_bin_of_the_location_is_left_alone(self):
        box = self.env["stock.location"].create(
            {"name": "Box", "location_id": self.line_side.id}
        )
        self._count(20, location=box)
        self._begin(box)
        errors = self._use(60)
        self.assertEqual((errors.cause, errors.quantity_open), ("location_blocked", 10))
        self.assertEqual(self._on_hand(self.cell, box), 20)

    def test_a_profile_that_blocks_shortages_lets_counting_wait(self):
        self.company.shortage_profile = "block"
        self._begin()
        self.assertEqual(self._use(10).cause, "location_blocked")

    def test_a_second_count_around_it_still_blocks(self):
        box = self.env["stock.location"].create(
            {"name": "Box", "location_id": self.line_side.id}
        )
        self.cell.product_tmpl_id.property_backflush_location_id = box
        self._count(50, location=box)
        self._begin(box)
        self._begin()
        errors = self._use(10)
        self._end(box)
        self._run_cron()
        self.assertEqual(errors.state, "open")
        self._end()
        self._run_cron()
        self.assertEqual(errors.state, "resolved")
