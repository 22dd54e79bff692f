"""Settle incurred against allocated conversion cost at the end of a period.

Backflush costing allocates conversion at standard, period by period. What was incurred
beyond it (under-allocated, a debit), or allocated beyond what was incurred
(over-allocated, a credit), goes to cost of goods sold, or is prorated over what was
sold and what is still in stock, each by the conversion cost that it contains.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .numbers import ZERO, rounded


@dataclass(frozen=True)
class Settlement:
    """The lines of a settlement, debit positive; together they sum to zero.

    :param control: takes the incurred conversion off its account
    :param allocated: takes the allocated conversion off its account
    :param sold: ``{account: amount}`` to cost of goods sold
    :param stock: what stays with the goods in stock, on an adjustment account
    """

    control: Decimal
    allocated: Decimal
    sold: dict[Hashable, Decimal]
    stock: Decimal = ZERO


def settle(control, allocated, sold, stock=ZERO, step=Decimal("0.01")):
    """Close both accounts and distribute their difference.

    :param control: balance of conversion control (normally a debit)
    :param allocated: balance of conversion allocated (normally a credit)
    :param sold: ``{cost of goods sold account: content}`` of what was sold, the
        first account takes everything where the contents are zero
    :param stock: content of what is still in stock; zero where the difference is
        not prorated
    :param step: rounding of the currency

    60,000 under-allocated, 99,000 pieces sold and 1,000 in stock, 12 of conversion in
    each (Horngren, prorated):

    >>> result = settle(Decimal(1260000), Decimal(-1200000),
    ...                 {"cogs": Decimal(1188000)}, Decimal(12000))
    >>> result.sold, result.stock
    ({'cogs': Decimal('59400.00')}, Decimal('600.00'))
    """
    difference = rounded(control + allocated, step)
    weights = {**sold, None: max(stock, ZERO)}
    shares = apportion(difference, weights, step)
    kept = shares.pop(None)
    return Settlement(-control, -allocated, shares, kept)


def apportion(total, weights, step):
    """Split ``total`` by ``weights`` into multiples of ``step`` that sum to it.

    Largest remainders get what rounding leaves over. Negative weights count as
    none; where no weight counts the first key takes everything.

    >>> apportion(Decimal(10), {"a": Decimal(1), "b": Decimal(2)}, Decimal(1))
    {'a': Decimal('3'), 'b': Decimal('7')}
    """
    counted = {key: max(weight, ZERO) for key, weight in weights.items()}
    whole = sum(counted.values(), ZERO)
    if not whole:
        first = next(iter(counted))
        return {key: total if key == first else ZERO for key in counted}
    units = (total / step).quantize(Decimal(1), ROUND_HALF_UP)
    exact = {key: units * weight / whole for key, weight in counted.items()}
    floors = {key: value // 1 for key, value in exact.items()}
    left = units - sum(floors.values(), ZERO)
    order = sorted(exact, key=lambda key: -abs(exact[key] - floors[key]))
    while left:
        unit = Decimal(1).copy_sign(left)
        for key in order[: int(abs(left))] or order[:1]:
            floors[key] += unit
            left -= unit
    return {key: value * step for key, value in floors.items()}
