"""What becomes of the content of a handling unit, whatever order reports arrive in.

The history of a unit is a set of events: it is filled, used from, and reported empty.
What was used is what the events say in the order in which they *happened*; the order
in which they arrive changes nothing. :func:`settle` says what a history comes to,
:func:`changes` what has to be corrected when one more event has arrived.

A consumption gets what the unit still holds; the rest is open. What is left when the
unit is reported empty is its residue.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .numbers import ZERO

# What happens first of what happens at the same moment: stock is there before it is
# used, and a unit is reported empty after what was used of it.
RANKS = {"filling": 0, "consumption": 1, "empty": 2}


@dataclass(frozen=True)
class Event:
    """Something that happened to a unit.

    :param key: what the caller recognises it by; an event that arrives twice is one
    :param moment: when it happened
    :param kind: ``filling``, ``consumption`` or ``empty``
    :param quantity: what was filled in or used; none for ``empty``
    :param whole: a consumption that is issued as a whole or not at all
    :param tie: what tells events of the same moment apart, whenever they arrived: the
        sender's number and what was reported
    """

    key: Hashable
    moment: Any
    kind: str
    quantity: Decimal = ZERO
    whole: bool = False
    tie: Any = ()


def settle(events):
    """Return ``{key: quantity}``: issued to each consumption, residue of each empty.

    A coil of 10,000, of which 4,000 and 5,500 were used before it was reported empty:

    >>> coil = [
    ...     Event("coil", 0, "filling", Decimal(10000)),
    ...     Event("empty", 3, "empty"),
    ...     Event("second", 2, "consumption", Decimal(5500)),
    ...     Event("first", 1, "consumption", Decimal(4000)),
    ... ]
    >>> settle(coil) == {"first": 4000, "second": 5500, "empty": 500}
    True
    """
    left, result = ZERO, {}
    for event in in_order(events):
        if event.kind == "filling":
            left += event.quantity
            continue
        taken = _taken(event, left)
        left -= taken
        result[event.key] = taken
    return result


def in_order(events):
    """The events as they happened, each once.

    Their keys decide last: a caller that numbers them as they arrive has to tell what
    happened at one moment apart by ``tie``.
    """
    once = {event.key: event for event in events}
    return sorted(once.values(), key=lambda e: (e.moment, RANKS[e.kind], e.tie, e.key))


def _taken(event, left):
    """What ``event`` takes out of a unit that holds ``left``."""
    if event.kind == "empty":
        return left
    if event.whole and event.quantity > left:
        return ZERO
    return min(event.quantity, left)


def changes(before, after):
    """``{key: difference}`` between two settlements; what is the same is left out.

    What gives back comes first, so that whoever carries them out in this order never
    takes more than the unit holds.

    >>> changes({"empty": Decimal(500)}, {"late": Decimal(200), "empty": Decimal(300)})
    {'empty': Decimal('-200'), 'late': Decimal('200')}
    """
    keys = dict.fromkeys([*before, *after])
    found = {key: after.get(key, ZERO) - before.get(key, ZERO) for key in keys}
    given = {key: change for key, change in found.items() if change < ZERO}
    taken = {key: change for key, change in found.items() if change > ZERO}
    return {**given, **taken}
