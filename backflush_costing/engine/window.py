"""When something was at a place, and who was there at the same time."""

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


def windows(events):
    """``{key: [Window]}`` from ``(moment, key, came)`` in the order of their moments.

    Who comes twice without leaving was there all along; who leaves without having come
    is left out.

    >>> windows([(1, "coil", True), (4, "coil", False), (6, "coil", True)])
    {'coil': [Window(start=1, end=4), Window(start=6, end=None)]}
    """
    since, found = {}, {}
    for moment, key, came in events:
        if came:
            since.setdefault(key, moment)
        elif key in since:
            found.setdefault(key, []).append(Window(since.pop(key), moment))
    for key, start in since.items():
        found.setdefault(key, []).append(Window(start))
    return found
