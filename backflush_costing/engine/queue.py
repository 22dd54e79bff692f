"""How a queue of open records grows and shrinks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Day:
    """What happened to the queue on one day.

    :param day: the day
    :param made: records made
    :param resolved: records worked off by an issue, or taken back
    :param written_off: records given up
    :param open: records open at the end of the day
    """

    day: object
    made: int
    resolved: int
    written_off: int
    open: int


def flow(days, made, resolved, written_off, open_now):
    """The last ``days``, oldest first, with the backlog at the end of each.

    What was open on an earlier day follows from what is open now, less what came and
    plus what went since.

    :param days: consecutive days, oldest first; the last one is today
    :param made, resolved, written_off: ``{day: number of records}``

    >>> [row.open for row in flow([1, 2, 3], {2: 4, 3: 1}, {3: 2}, {}, 5)]
    [2, 6, 5]
    """
    rows, backlog = [], open_now
    for day in reversed(days):
        row = Day(
            day,
            made.get(day, 0),
            resolved.get(day, 0),
            written_off.get(day, 0),
            backlog,
        )
        rows.append(row)
        backlog -= row.made - row.resolved - row.written_off
    return rows[::-1]


def outgrows(rows, window=7, least=5):
    """Whether more came in than the plant worked off, in the last ``window`` days.

    A write-off works nothing off. Growth below ``least`` records is noise.

    >>> outgrows(flow([1, 2], {1: 9, 2: 3}, {2: 2}, {}, 10))
    True
    """
    recent = rows[-window:]
    grown = sum(row.made - row.resolved for row in recent)
    return grown >= least and bool(recent) and recent[-1].open > 0
