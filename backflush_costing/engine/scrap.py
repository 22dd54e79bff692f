"""How much of a level's conversion a piece has seen when it is scrapped."""

from .numbers import ZERO, exact


def performed(costs, passed):
    """Return the exact fraction of the conversion that ``passed`` stands for.

    A standard holds the conversion of a level as one amount. It is split in
    proportion to what the routing's operations cost today: the split follows the
    routing, the amount stays the standard's, whatever happened to the routing since.
    Where no operation costs anything they count alike.

    :param costs: ``{operation: cost}`` of all operations of the level
    :param passed: the operations that the piece has been through
    :return: between 0 and 1; 1 where the level has no operation at all

    >>> from decimal import Decimal
    >>> costs = {"weld": Decimal(6), "paint": Decimal(4), "test": Decimal(0)}
    >>> performed(costs, {"weld"})
    Decimal('0.6')
    >>> performed({"weld": ZERO, "paint": ZERO}, {"weld"})
    Decimal('0.5')
    """
    whole = sum(costs.values(), ZERO)
    if not whole:
        costs, whole = dict.fromkeys(costs, exact(1)), exact(len(costs))
    if not whole:
        return exact(1)
    done = sum((cost for key, cost in costs.items() if key in passed), ZERO)
    return done / whole
