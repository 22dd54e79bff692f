"""When something was at a place, and what was there at the same time."""

from datetime import datetime
from typing import NamedTuple


class Window(NamedTuple):
    """From ``start`` to ``end``; an open end means: since then."""

    start: datetime
    end: datetime | None = None

    def meets(self, other):
        """Whether both have a moment in common, their ends included.

        >>> Window(1, 3).meets(Window(3, 5)), Window(1, 3).meets(Window(4))
        (True, False)
        """
        begins = other.end is None or self.start <= other.end
        return begins and (self.end is None or other.start <= self.end)

    def holds(self, moment):
        """Whether ``moment`` is in it.

        >>> Window(1, 3).holds(3), Window(1).holds(0)
        (True, False)
        """
        return self.meets(Window(moment, moment))


def stays(events):
    """``{place: [Window]}`` of one thing from ``(moment, place)`` in their order.

    To arrive elsewhere, or to leave (no place), ends the stay before; to arrive where
    it is changes nothing.

    >>> stays([(1, "press"), (4, "saw"), (5, "saw"), (6, None), (8, "press")])
    ... # doctest: +NORMALIZE_WHITESPACE
    {'press': [Window(start=1, end=4), Window(start=8, end=None)],
     'saw': [Window(start=4, end=6)]}
    """
    found, here, since = {}, None, None
    for moment, place in events:
        if place == here:
            continue
        if here is not None:
            found.setdefault(here, []).append(Window(since, moment))
        here, since = place, moment
    if here is not None:
        found.setdefault(here, []).append(Window(since))
    return found


def merged(spans):
    """The same moments in as few windows as possible, in order.

    >>> merged([Window(4, 6), Window(1, 2), Window(2, 3), Window(5)])
    [Window(start=1, end=3), Window(start=4, end=None)]
    """
    found = []
    for span in sorted(spans, key=lambda one: one.start):
        if found and found[-1].meets(span):
            ends = (found[-1].end, span.end)
            last = None if None in ends else max(ends)
            found[-1] = Window(found[-1].start, last)
        else:
            found.append(span)
    return found
