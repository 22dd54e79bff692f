from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .error_common import ErrorQueueCommon


@tagged("post_install", "-at_install")
class TestErrorRules(ErrorQueueCommon):
    """Severity by cause, amount and age, and who hears of it."""

    def test_without_rules_every_record_blocks_the_close(self):
        part, screw = self._short()
        self.assertEqual(set((part | screw).mapped("severity")), {"required"})
        self.assertFalse((part | screw).rule_id)

    def test_small_amounts_do_not_block_the_close(self):
        self._rule(sequence=1, amount_from=1.0, severity="required")
        small = self._rule(sequence=2, severity="recommended")
        part, screw = self._short()
        self.assertEqual((part.amount, part.severity), (6.0, "required"))
        self.assertEqual((screw.amount, screw.severity), (0.1, "recommended"))
        self.assertEqual(screw.rule_id.id, small.id)

    def test_a_rule_of_another_cause_or_company_decides_nothing(self):
        self._rule(cause="period_closed", severity="recommended")
        other = self.env["res.company"].create({"name": "Other"})
        self.env["backflush.error.rule"].create(
            {"name": "Theirs", "company_id": other.id, "severity": "recommended"}
        )
        part, screw = self._short()
        self.assertEqual(set((part | screw).mapped("severity")), {"required"})

    def test_a_responsible_person_is_set_once_and_reminded_once(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._rule(user_id=self.supervisor.id, activity_type_id=todo.id)
        part, _screw = self._short()
        self.assertEqual(part.user_id, self.supervisor)
        self.assertEqual(part.activity_ids.user_id, self.supervisor)
        self._next_morning()
        self.assertEqual(len(part.activity_ids), 1)

    def test_a_record_that_grows_old_escalates(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        with freeze_time("2026-03-02 08:00:00"):
            self._rule(
                sequence=1,
                days_from=3,
                user_id=self.accountant.id,
                activity_type_id=todo.id,
            )
            self._rule(sequence=2, severity="recommended", user_id=self.supervisor.id)
            part, _screw = self._short()
            self.assertEqual(part.severity, "recommended")
        with freeze_time("2026-03-04 08:00:00"):
            self._next_morning()
            self.assertEqual(part.severity, "recommended")
        with freeze_time("2026-03-05 09:00:00"):
            self._next_morning()
            self.assertEqual(part.severity, "required")
            # Whoever works on it keeps it; the other is told.
            self.assertEqual(part.user_id, self.supervisor)
            self.assertEqual(part.activity_ids.user_id, self.accountant)

    def test_what_is_closed_reminds_nobody(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._rule(user_id=self.supervisor.id, activity_type_id=todo.id)
        part, _screw = self._short()
        self._put(self.part, 2)
        self._as(self.supervisor, part).action_retry()
        self.assertEqual(part.state, "resolved")
        self.assertFalse(part.activity_ids)

    def test_only_the_accountant_says_that_a_record_can_wait(self):
        part, screw = self._short()
        with self.assertRaisesRegex(AccessError, "Cost Accountant"):
            self._as(self.supervisor, part).severity = "recommended"
        self._as(self.accountant, screw).severity = "recommended"
        self._as(self.supervisor, screw).severity = "required"

    def test_what_was_decided_by_hand_stays(self):
        self._rule(severity="required")
        part, _screw = self._short()
        self._as(self.accountant, part).severity = "recommended"
        self._next_morning()
        self.assertEqual(part.severity, "recommended")

    def test_the_close_is_blocked_by_the_required_and_warned_by_the_others(self):
        self._rule(sequence=1, amount_from=1.0, severity="required")
        self._rule(sequence=2, severity="recommended")
        self._short()
        closes = self._as(self.accountant, self.env["backflush.period.close"])
        close = closes.create({"date": self.company._backflush_today()})
        self.assertEqual(close.open_required_count, 1)
        self.assertEqual(close.open_recommended_count, 1)
        shown = self.env["backflush.error"].search(close.action_open_errors()["domain"])
        self.assertEqual(len(shown), 2)
