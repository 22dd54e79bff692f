"""What a count does to requirements that were never issued.

Whoever counts finds what is left after all consumption, the books still lack what waits
in the error queue. The count therefore explains the open requirements: they are issued
from the counted stock, and what the books are short for that is found stock.
"""

from .allocation import Allocation, allocate
from .numbers import ZERO


def settle(requirements, differences, rooms):
    """Work requirements off by a count; return ``({key: Allocation}, surplus)``.

    Where the count found less than the books hold, the missing stock is what was used.
    What that does not explain was used from stock that the books never had: it is
    found, and issued at once.

    :param requirements: :class:`~.allocation.Requirement` s, the oldest first
    :param differences: ``{pool: counted - books}``
    :param rooms: ``{requirement key: pools that may take found stock for it}``; a
        requirement without one keeps what the count does not explain
    :return: ``surplus`` is ``{pool: quantity}`` found in addition to the difference:
        all that is issued from the pool

    >>> from decimal import Decimal
    >>> from .allocation import Requirement
    >>> open_ = [Requirement("cell", Decimal(90), ("bin",))]
    >>> done, surplus = settle(open_, {"bin": Decimal(35)}, {"cell": ("bin",)})
    >>> done["cell"].issued, surplus
    (Decimal('90'), {'bin': Decimal('90')})
    """
    used = {pool: -number for pool, number in differences.items() if number < ZERO}
    explained = allocate(requirements, used)
    result, surplus = {}, {}
    for key, allocation in explained.items():
        draws = dict(allocation.draws)
        missing = allocation.missing
        room = next(iter(rooms.get(key, ())), None)
        if missing > ZERO and room is not None:
            draws[room] = draws.get(room, ZERO) + missing
            missing = ZERO
        for pool, quantity in draws.items():
            surplus[pool] = surplus.get(pool, ZERO) + quantity
        result[key] = Allocation(tuple(draws.items()), missing)
    return result, surplus
