"""What counted on a day that is over, and what has changed since.

A step is a pair ``(day, price)``: the price from that day on. Steps are sorted by day.
"""

from .numbers import ZERO, amount


def since(steps, day):
    """The steps that count from ``day`` on; before the first one the first counts.

    >>> since([(1, "a"), (3, "b"), (5, "c")], 3)
    [(3, 'b'), (5, 'c')]
    >>> since([(3, "b"), (5, "c")], 2)
    [(2, 'b'), (5, 'c')]
    >>> since([], 2)
    []
    """
    past = [price for start, price in steps if start <= day]
    later = [(start, price) for start, price in steps if start > day]
    if not past:
        past = [later.pop(0)[1]] if later else []
    return [*((day, price) for price in past[-1:]), *later]


def revaluations(quantity, booked, steps):
    """``[(day, amount)]`` that take what was booked through ``steps``.

    :param quantity: that was booked on the day of the first step
    :param booked: amount that was booked for it

    Ten pieces of the first day are billed on the sixth and booked at the price of the
    sixth, 13; they were worth 100 then, and 120 from the fourth day on:

    >>> from decimal import Decimal
    >>> steps = [(1, Decimal(10)), (4, Decimal(12)), (6, Decimal(13))]
    >>> [(day, int(value)) for day, value in revaluations(10, Decimal(130), steps)]
    [(1, -30), (4, 20), (6, 10)]

    They go back to draft. What was booked is taken away, and so is what it became:

    >>> [(day, int(value)) for day, value in revaluations(-10, Decimal(-100), steps)]
    [(4, -20), (6, -10)]
    """
    result, before = [], booked
    for day, price in steps:
        value = amount(quantity * price)
        if value != before:
            result.append((day, value - before))
        before = value
    return [(day, value) for day, value in result if value != ZERO]
