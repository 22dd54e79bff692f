"""In which order the messages of one handling unit, or of one order, take effect."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Queued:
    """A message that has not taken effect.

    :param key: what the caller knows it by
    :param number: its sequence number; None: the sender does not count
    :param moment: when it happened
    :param received: when it arrived
    :param tie: what tells those of the same moment apart, whenever they arrived
    :param place: its place among those that arrived together
    :param is_last: whether it ends what the others are about (the unit is empty)
    :param awaited: whether it needs a message that has not arrived
    :param is_free: whether somebody decided that it waits no longer
    """

    key: Any
    number: int | None
    moment: datetime
    received: datetime
    place: Any = 0
    tie: Any = ()
    is_last: bool = False
    awaited: bool = False
    is_free: bool = False


@dataclass(frozen=True)
class Step:
    """What to do next with a stream.

    :param action: ``run`` a message; ``wait`` until a time; ``gap``: what it waits for
        has not come in time; ``idle``
    :param missing: first and last number that have not arrived
    """

    action: str
    key: Any = None
    until: datetime | None = None
    missing: tuple = field(default=())


IDLE = Step("idle")


def end_of_run(reached, decided):
    """The number up to which nothing of a stream is missing.

    :param reached: highest number that had its turn; 0: none. Nothing before it is
        waited for
    :param decided: numbers that somebody decided about without their having a turn
        (rejected, corrected): each fills its own place alone

    >>> end_of_run(1, [3]), end_of_run(2, [3, 4, 6]), end_of_run(0, [])
    (1, 4, 0)
    """
    decided = set(decided)
    while reached + 1 in decided:
        reached += 1
    return reached


def next_step(queue, reached, now, patience=timedelta(minutes=5)):
    """What a worker does next with a stream.

    Numbered messages run in the order of their numbers, without a hole. What comes
    late (its place was given up, or taken by a correction) runs at once. Those without
    a number run in the order in which things happened, as far as it is known by then;
    the one that ends the unit waits for the others as long as a hole would be waited
    for.

    :param queue: messages that have not taken effect
    :param reached: number up to which nothing is missing; 0: the first one is
    :param patience: how long a hole is waited for, from the arrival of what is behind

    >>> noon = datetime(2026, 3, 2, 12)
    >>> second = Queued("b", 2, noon, noon)
    >>> next_step([second], 1, noon).key
    'b'
    >>> next_step([second], 0, noon).action
    'wait'
    >>> next_step([second], 0, noon + timedelta(hours=1)).missing
    (1, 1)
    """
    ready, held = [], []
    for item in queue:
        (ready if _is_ready(item, reached, now, patience) else held).append(item)
    if ready:
        return Step("run", min(ready, key=_turn).key)
    if not held:
        return IDLE
    first = min(held, key=_turn)
    # Everybody behind the hole knows of it: the first of them to arrive decides.
    behind = held if first.number is not None else [first]
    until = min(item.received for item in behind) + patience
    if now < until:
        return Step("wait", first.key, until)
    missing = ()
    if first.number is not None and first.number > reached + 1:
        missing = (reached + 1, first.number - 1)
    return Step("gap", first.key, until, missing)


def _is_ready(item, reached, now, patience):
    """Whether nothing is known that has to come before."""
    if item.is_free:
        return True
    if item.awaited:
        return False
    if item.number is not None:
        return item.number <= reached + 1
    return not item.is_last or now >= item.received + patience


def _turn(item):
    """Late and numbered ones first, in their order; then as it happened."""
    numbered = item.number is not None
    return (
        not numbered,
        item.number or 0,
        item.is_last,
        item.moment,
        item.tie,
        item.received,
        item.place,
    )
