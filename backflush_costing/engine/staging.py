"""What has to be brought to a line for the orders that are released.

Quantities are in one unit of measure. Stock covers the most urgent order first; what it
does not cover is brought in whole packs.
"""

from dataclasses import dataclass
from math import ceil

from .numbers import ZERO, exact


@dataclass(frozen=True)
class Demand:
    """What one order needs of one product.

    :param order: the order, or whatever the caller wants to find it by
    :param quantity: what it still needs
    """

    order: object
    quantity: object


def uncovered(demands, available):
    """The demands that stock and open supply leave uncovered, and by how much.

    :param demands: the most urgent one first
    :param available: line stock and open supply; less than nothing counts as nothing

    >>> [d.quantity for d in uncovered([Demand("a", 60), Demand("b", 50)], 80)]
    [Decimal('30')]
    """
    left, missing = max(exact(available), ZERO), []
    for demand in demands:
        short = min(exact(demand.quantity), exact(demand.quantity) - left)
        left -= exact(demand.quantity)
        if short > ZERO:
            missing.append(Demand(demand.order, short))
    return missing


def whole_packs(quantity, pack):
    """``quantity`` rounded up to whole packs.

    >>> whole_packs(130, 50), whole_packs(0.3, 0.1), whole_packs(0, 50)
    (Decimal('150'), Decimal('0.3'), Decimal('0'))
    """
    return ceil(exact(quantity) / exact(pack)) * exact(pack)
