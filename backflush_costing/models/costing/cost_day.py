"""The day whose standards count for a document that belongs to the past."""

from datetime import date
from typing import NamedTuple

KEY = "backflush_cost_day"


class CostDay(NamedTuple):
    """In the context under :data:`KEY`; no client can send it."""

    day: date | None


def on_day(records, day):
    """These records, as what they cost on ``day``; None for now."""
    return records.with_context(**{KEY: CostDay(day)})


def cost_day(env):
    """The day that counts, or None for now."""
    value = env.context.get(KEY)
    return value.day if isinstance(value, CostDay) else None
