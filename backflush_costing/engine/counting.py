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
    result, found = find(explained, rooms)
    surplus = {}
    draws = [draw for allocation in explained.values() for draw in allocation.draws]
    for pool, quantity in (*draws, *found.values()):
        surplus[pool] = surplus.get(pool, ZERO) + quantity
    return result, surplus


def find(allocations, rooms):
    """What allocations lack was used before their stock was counted: it is found.

    The count saw what was left after that use, so that nothing of what it found is
    drawn on: the quantity is found in addition, and issued at once.

    :param allocations: ``{key: Allocation}`` over stock that was not counted since
    :param rooms: ``{key: pools that were counted since and may take found stock}``; a
        requirement without one keeps what it lacks
    :return: ``({key: Allocation}, {key: (pool, quantity found)})``

    >>> from decimal import Decimal
    >>> lacks = {"cell": Allocation((("bin", Decimal(5)),), Decimal(15))}
    >>> done, found = find(lacks, {"cell": ("shelf",)})
    >>> done["cell"].draws[1], done["cell"].missing, found["cell"]
    (('shelf', Decimal('15')), Decimal('0'), ('shelf', Decimal('15')))
    """
    result, found = {}, {}
    for key, allocation in allocations.items():
        room = next(iter(rooms.get(key, ())), None)
        if allocation.missing > ZERO and room is not None:
            found[key] = (room, allocation.missing)
            draws = dict(allocation.draws)
            draws[room] = draws.get(room, ZERO) + allocation.missing
            allocation = Allocation(tuple(draws.items()), ZERO)
        result[key] = allocation
    return result, found
