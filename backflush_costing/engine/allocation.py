"""Split requirements into what can be issued and what is missing.

A requirement may draw on an ordered list of stock pools; several requirements
compete for the same pools in the order in which they are given. Nothing is ever
drawn from a pool beyond what is free in it, so that an issue built from the
result cannot make stock negative.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .numbers import ZERO


@dataclass(frozen=True)
class Requirement:
    """``quantity`` of one component, to be taken from ``pools`` in that order.

    :param key: what the caller recognises the requirement by
    :param quantity: needed quantity, in the product's unit of measure
    :param pools: keys of the pools that may be drawn on, preferred ones first
    """

    key: Any
    quantity: Decimal
    pools: tuple[Hashable, ...]


@dataclass(frozen=True)
class Allocation:
    """What one requirement gets: ``(pool, quantity)`` pairs, and what it lacks."""

    draws: tuple[tuple[Hashable, Decimal], ...]
    missing: Decimal

    @property
    def issued(self):
        """Quantity drawn over all pools."""
        return sum((quantity for _pool, quantity in self.draws), ZERO)


def allocate(requirements, free):
    """Return ``{requirement.key: Allocation}``, first come, first served.

    :param requirements: iterable of :class:`Requirement`
    :param free: quantity that may be taken from each pool; pools at or below
        zero give nothing

    >>> one = Requirement("wheel", Decimal(10), ("bin",))
    >>> allocate([one], {"bin": Decimal(6)})["wheel"].missing
    Decimal('4')
    """
    left = {pool: quantity for pool, quantity in free.items() if quantity > ZERO}
    return {requirement.key: _draw(requirement, left) for requirement in requirements}


def _draw(requirement, left):
    """Take what ``requirement`` gets out of ``left``."""
    draws, missing = [], requirement.quantity
    for pool in requirement.pools:
        if missing <= ZERO:
            break
        taken = min(missing, left.get(pool, ZERO))
        if taken > ZERO:
            left[pool] -= taken
            missing -= taken
            draws.append((pool, taken))
    return Allocation(tuple(draws), max(missing, ZERO))


def spread(quantities, rooms):
    """Fill ``rooms`` in their order with ``quantities`` in theirs.

    :param quantities: what there is to place, piece by piece
    :param rooms: what fits into each place; the last one takes whatever is left
    :return: per quantity, its ``(index of the room, part)`` pairs, in order

    >>> spread([Decimal(6), Decimal(3)], [Decimal(4), Decimal(6)])
    [[(0, Decimal('4')), (1, Decimal('2'))], [(1, Decimal('3'))]]
    """
    left, index, result = list(rooms), 0, []
    for quantity in quantities:
        parts = []
        while quantity > left[index] and index < len(left) - 1:
            if left[index] > ZERO:
                parts.append((index, left[index]))
                quantity -= left[index]
            index += 1
        left[index] -= quantity
        if quantity > ZERO or not parts:
            parts.append((index, quantity))
        result.append(parts)
    return result
