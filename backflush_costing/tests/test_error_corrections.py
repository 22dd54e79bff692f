from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .errors_common import ErrorsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestErrorCorrections(ErrorsCommon):
    """What was reported wrong is corrected; large amounts take two people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._user("second", "group_cost_accountant")

    def test_less_was_used(self):
        errors = self._use(90)
        mine = self._as(self.accountant, errors)
        self.assertTrue(mine.action_correct_quantity(9, "A zero too many"))
        self.assertRecordValues(
            errors, [{"quantity_open": 9, "quantity_written_off": 81, "state": "open"}]
        )
        self.assertBooks(0, 9)
        self.assertBalances(usage_variance=-810.0)

    def test_more_was_used_in_another_unit(self):
        errors = self._use(9)
        dozen = self.env.ref("uom.product_uom_dozen")
        self._remedy(
            errors,
            "correct",
            user=self.accountant,
            quantity=1,
            reason="A whole box",
        )
        self.assertEqual(errors.quantity_open, 1)
        mine = self._as(self.accountant, errors)
        mine.action_correct_quantity(1, "A whole box", dozen.id)
        self.assertEqual(errors.quantity_open, 12)
        self.assertFalse(errors.confirmation_line_id.difference_quantity)
        self.assertBooks(0, 12)
        self.assertBalances(usage_variance=30.0)
        metre = self.ref("uom.product_uom_meter")
        with self.assertRaisesRegex(UserError, "cannot be converted"):
            mine.action_correct_quantity(1, "Nonsense", metre)
        with self.assertRaises(AccessError):
            self._as(self.supervisor, errors).action_correct_quantity(1, "Mine")

    def test_a_second_person_for_large_corrections_and_small_parts(self):
        self.company.backflush_write_off_limit = 100
        errors = self._use(90)
        mine = self._as(self.accountant, errors)
        self.assertFalse(mine.action_correct_quantity(9, "A zero too many"))
        self.assertEqual(errors.quantity_open, 90)
        self._as(self.second, errors).action_approve_write_off()
        self.assertEqual(errors.quantity_open, 9)
        # Many small parts are one large write-off.
        self.assertFalse(mine.action_write_off("A little", quantity=5))
        self.assertEqual(errors.quantity_open, 9)
        self._as(self.second, errors).action_approve_write_off()
        last = errors.remedy_ids[-1]
        self.assertEqual((last.user_id, last.quantity), (self.second, 5))
        self.assertEqual(last.second_user_id, self.accountant)
        self.assertBooks(0, 4)

    def test_a_part_that_is_none(self):
        mine = self._as(self.accountant, self._use(9))
        for quantity in (0, -1, 10):
            with self.assertRaisesRegex(UserError, "cannot be written off"):
                mine.action_write_off("Lost", quantity=quantity)

    def test_a_second_person_for_what_is_added(self):
        """More is an expense of usage, as much as less is a gain."""
        self.company.backflush_write_off_limit = 100
        errors = self._use(9)
        mine = self._as(self.accountant, errors)
        # Ten at ten are not more than the limit; together with one more they are.
        self.assertTrue(mine.action_correct_quantity(19, "Two boxes"))
        self.assertEqual(errors.quantity_open, 19)
        self.assertFalse(mine.action_correct_quantity(20, "And one"))
        self.assertRecordValues(
            errors,
            [
                {
                    "quantity_open": 19,
                    "addition_quantity": 1,
                    "addition_requested_by_id": self.accountant.id,
                }
            ],
        )
        waiting = self.env["backflush.error"].search(self._filter("filter_approval"))
        self.assertEqual(waiting, errors)
        with self.assertRaisesRegex(UserError, "somebody else"):
            mine.action_approve_addition()
        self.assertFalse(mine.action_correct_quantity(20, "I insist"))
        with self.assertRaises(AccessError):
            self._as(self.supervisor, errors).action_approve_addition()
        self._as(self.second, errors).action_decline_addition()
        self.assertFalse(errors.addition_requested_by_id)
        mine.action_correct_quantity(21, "And two")
        self._as(self.second, errors).action_approve_addition()
        self.assertRecordValues(
            errors, [{"quantity_open": 21, "addition_requested_by_id": False}]
        )
        last = errors.remedy_ids[-1]
        self.assertEqual(
            (last.kind, last.user_id, last.second_user_id, last.reason),
            ("correct", self.second, self.accountant, "And two"),
        )
        self.assertFalse(errors.confirmation_line_id.difference_quantity)
        self.assertBalances(usage_variance=120.0)
        self.assertBooks(0, 21)
