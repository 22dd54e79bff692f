from contextlib import contextmanager
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-01 10:00:00")
class TestEventTime(BackflushCommon):
    """When it happened is when it is booked, by the plant's clock and shifts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        material = cls._category("Material")
        goods = cls._category("Goods")
        cls.nut = cls._product("Nut", 1.0, material)
        cls.bolt = cls._product("Bolt", 0.0, goods)
        cls._bom(cls.bolt, [(cls.nut, 2)])
        cls.policy = cls._policy()
        for category, role in ((material, "material"), (goods, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )
        cls.shifts = cls.env["backflush.shift"].create(
            [
                {"name": "Day", "hour_from": 6, "hour_to": 22},
                {"name": "Night", "hour_from": 22, "hour_to": 6},
            ]
        )

    def setUp(self):
        super().setUp()
        self._buy(self.nut, 100, 1.0)
        self.env.flush_all()
        now = freeze_time("2026-03-03 10:00:00")
        now.start()
        self.addCleanup(now.stop)

    def _report(self, quantity, event):
        order = self._order(self.bolt, quantity)
        order = order.with_context(backflush_event_time=event)
        self._complete(order)
        return order.backflush_confirmation_ids

    def test_a_late_report_is_booked_when_it_happened(self):
        confirmation = self._report(3, "2026-03-02 12:00:00")
        self.assertRecordValues(
            confirmation,
            [
                {
                    "date_event": datetime(2026, 3, 2, 12),
                    "date_recorded": datetime(2026, 3, 3, 10),
                    "date_accounting": date(2026, 3, 2),
                    "shift_id": self.shifts[0].id,
                }
            ],
        )
        self.assertEqual(confirmation.move_id.date, date(2026, 3, 2))
        self.assertProven(date="2026-03-02")
        self.assertProven()

    def test_the_night_belongs_to_the_day_on_which_it_began(self):
        confirmation = self._report(3, "2026-03-03 01:00:00")
        self.assertEqual(confirmation.shift_id.name, "Night")
        self.assertEqual(confirmation.date_accounting, date(2026, 3, 2))
        self.assertEqual(confirmation.move_id.date, date(2026, 3, 2))
        self.assertProven(date="2026-03-02")
        self.assertProven(date="2026-03-03")

    def test_the_plants_clock_decides_the_day(self):
        self.shifts.active = False
        confirmation = self._report(3, "2026-03-02 23:30:00")
        self.assertFalse(confirmation.shift_id)
        self.assertEqual(confirmation.date_accounting, date(2026, 3, 3))

    def test_reports_of_two_days_in_one_call_make_two_entries(self):
        orders = self._order(self.bolt, 1) | self._order(self.bolt, 2)
        for order, hour in zip(orders, ("2026-03-02 12:00:00", False), strict=True):
            self._complete(order.with_context(backflush_event_time=hour))
        entries = orders.backflush_confirmation_ids.move_id
        self.assertEqual(
            entries.sorted("date").mapped("date"), [date(2026, 3, 2), date(2026, 3, 3)]
        )

    def test_the_future_is_refused(self):
        with self.assertRaisesRegex(UserError, "lies in the future"):
            self._report(1, "2026-03-03 11:00:00")

    def test_a_locked_day_is_refused_by_name_and_nothing_moves(self):
        self.company.fiscalyear_lock_date = date(2026, 3, 2)
        with self.assertRaisesRegex(UserError, "locked until"):
            self._report(1, "2026-03-02 12:00:00")
        self.assertEqual(self._on_hand(self.nut, self.store), 100)

    def test_hours_of_a_shift_lie_in_a_day(self):
        with self.assertRaisesRegex(ValidationError, "Night"):
            self.shifts[1].hour_from = 25

    # -- shifts do not overlap -------------------------------------------------------

    def _shift(self, name, hour_from, hour_to, **vals):
        return self.env["backflush.shift"].create(
            {"name": name, "hour_from": hour_from, "hour_to": hour_to, **vals}
        )

    @contextmanager
    def _refused(self, pattern):
        """What is done is refused, and undone as a request would be."""
        with self.assertRaisesRegex(ValidationError, pattern):
            with self.env.cr.savepoint():
                yield

    def test_a_shift_that_overlaps_another_is_refused_naming_both(self):
        for hours in ((21.5, 23), (5, 7), (0, 24), (23, 1), (12, 13)):
            with self._refused("Late.* overlap"):
                self._shift("Late", *hours)
        with self._refused(r"Night \(22:00-6:00\)"):
            self._shift("Early", 4.5, 6)

    def test_a_change_of_hours_is_looked_at_too(self):
        day, night = self.shifts
        with self._refused("Day.*Night"):
            night.hour_from = 21
        night.active = False
        day.hour_to = 23
        with self._refused("Day.*Night"):
            night.active = True

    def test_each_company_has_its_own_shifts(self):
        other = self._create_company(name="Second plant")
        self.env.user.company_ids += other
        self.assertTrue(self._shift("Day", 8, 20, company_id=other.id))

    def test_a_refused_shift_leaves_no_trace(self):
        with self._refused("overlap"):
            self._shift("Late", 20, 23)
        found = self.env["backflush.shift"]._of(
            self.company, datetime(2026, 3, 3, 21, 30)
        )
        self.assertEqual(found[0].name, "Night")
