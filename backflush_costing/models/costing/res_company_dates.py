from datetime import datetime, time

import pytz

from odoo import fields, models

from ...exceptions import PeriodClosedError


class ResCompany(models.Model):
    """Days of the plant, and periods that are closed."""

    _inherit = "res.company"

    def _backflush_timezone(self):
        """The plant's time zone: of its working hours, else of its address."""
        self.ensure_one()
        name = self.resource_calendar_id.tz or self.partner_id.tz or "UTC"
        return pytz.timezone(name)

    def _backflush_day(self, moment):
        """The plant's day of a UTC moment; a day stays what it is."""
        if not isinstance(moment, datetime):
            return fields.Date.to_date(moment)
        return pytz.utc.localize(moment).astimezone(self._backflush_timezone()).date()

    def _backflush_today(self):
        """Accounting date of what happens now: today in the plant's time zone."""
        return self._backflush_day(fields.Datetime.now())

    def _backflush_end_of_day(self, day):
        """UTC moment at which ``day`` ends in the plant's time zone."""
        if isinstance(day, datetime):
            return day
        day = fields.Date.to_date(day)
        end = self._backflush_timezone().localize(datetime.combine(day, time.max))
        return end.astimezone(pytz.utc).replace(tzinfo=None, microsecond=0)

    def _backflush_locks(self, date, journal):
        """The lock dates that keep ``journal`` closed on ``date``, the latest last."""
        return self._get_violated_lock_dates(date, False, journal)

    def _backflush_check_period(self, date, journal, reference):
        """Refuse a closed period instead of letting the date move silently."""
        locks = self._backflush_locks(date, journal)
        if locks:
            raise PeriodClosedError(
                self.env._(
                    "%(reference)s cannot be posted on %(date)s: the period is locked "
                    "until %(lock)s. Open the period or post with a later date.",
                    reference=reference,
                    date=date,
                    lock=locks[-1][0],
                )
            )

    def _backflush_released_since(self, day):
        """Whether any standard was released after ``day``: it is not today's any more.

        :param day: a date that is not over counts as no
        """
        self.ensure_one()
        day = fields.Date.to_date(day)
        if not day or day >= self._backflush_today():
            return False
        versions = self.env["backflush.standard.cost"].sudo()
        later = [
            ("company_id", "=", self.id),
            ("state", "in", ("released", "superseded")),
            ("date_effective", ">", day),
        ]
        return bool(versions.search_count(later, limit=1))
