"""Which shift, and which day's books, an event belongs to.

A night shift belongs to the day on which it began: what happens at two in the morning
is booked where the shift's first pieces were booked.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Any

DAY = 24 * 60


@dataclass(frozen=True)
class Shift:
    """A span of the day, in minutes since midnight, plant time.

    :param key: what the caller recognises the shift by
    :param start: first minute
    :param end: first minute after it; at or before ``start`` the shift ends on the
        following day
    """

    key: Any
    start: int
    end: int

    @property
    def crosses_midnight(self):
        """Whether the shift ends on the day after it began."""
        return self.end <= self.start

    def contains(self, minute):
        """Whether ``minute`` of any day lies in the shift."""
        if self.crosses_midnight:
            return minute >= self.start or minute < self.end
        return self.start <= minute < self.end

    @property
    def minutes(self):
        """Its spans within a day, as ``(first minute, first minute after it)``."""
        if self.crosses_midnight:
            return (self.start, DAY), (0, self.end)
        return ((self.start, self.end),)


def overlapping(shifts):
    """Keys of the first two of ``shifts`` that share a minute; None where none do.

    >>> late, night = Shift("late", 840, 1350), Shift("night", 1320, 360)
    >>> overlapping([late, night])
    ('late', 'night')
    >>> overlapping([Shift("early", 360, 840), Shift("late", 840, 1320)])
    """
    for one, other in combinations(shifts, 2):
        for start, end in one.minutes:
            for begin, finish in other.minutes:
                if max(start, begin) < min(end, finish):
                    return one.key, other.key
    return None


def shift_day(shifts, moment):
    """``(key of the shift, day it belongs to)``; ``(None, calendar day)`` outside.

    :param shifts: :class:`Shift` in order of preference where they overlap
    :param moment: naive datetime in the plant's time zone

    >>> from datetime import datetime
    >>> night = Shift("night", 22 * 60, 6 * 60)
    >>> shift_day([night], datetime(2026, 3, 3, 2, 0))
    ('night', datetime.date(2026, 3, 2))
    >>> shift_day([night], datetime(2026, 3, 3, 12, 0))
    (None, datetime.date(2026, 3, 3))
    """
    minute = moment.hour * 60 + moment.minute
    for shift in shifts:
        if shift.contains(minute):
            began_before = shift.crosses_midnight and minute < shift.end
            return shift.key, moment.date() - timedelta(days=began_before)
    return None, moment.date()
