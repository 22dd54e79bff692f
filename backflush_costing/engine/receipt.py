"""Goods received, not billed: what stands on the account, and what settles it.

The account holds the receipts that wait for their bill (quantity and amount negative)
and the bills that wait for their receipt (positive). Whatever comes second takes away
what stands there for its quantity, as it stands: the account ends on zero whenever the
quantity does. Returns to the vendor and credit notes are receipts and bills with the
opposite sign.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .numbers import ZERO, amount, rounded


@dataclass(frozen=True)
class Standing:
    """A signed quantity with what it is worth; debit and bills positive.

    :param quantity: in the product's unit
    :param amount: in the company's currency, a multiple of its rounding
    :param foreign: the same in the currency of the purchase order, unrounded; zero
        where that is the company's currency
    """

    quantity: Decimal
    amount: Decimal
    foreign: Decimal = ZERO

    def __add__(self, other):
        return Standing(
            self.quantity + other.quantity,
            self.amount + other.amount,
            self.foreign + other.foreign,
        )

    def __neg__(self):
        return Standing(-self.quantity, -self.amount, -self.foreign)

    def __sub__(self, other):
        return self + -other

    def part(self, quantity, step):
        """What ``quantity`` of this is worth: all of it, exactly, where it is all.

        >>> Standing(Decimal(3), Decimal(10)).part(Decimal(1), Decimal("0.01")).amount
        Decimal('3.33')
        """
        if quantity == self.quantity:
            return self
        return Standing(
            quantity,
            rounded(self.amount * quantity / self.quantity, step),
            amount(self.foreign * quantity / self.quantity),
        )


@dataclass(frozen=True)
class Match:
    """A part of a document that meets what stands on the account already.

    :param key: whose standing it is
    :param relief: what the document takes away there, as it stands
    :param own: what the document itself says the same quantity is worth
    """

    key: Any
    relief: Standing
    own: Standing


def candidates(standings, key):
    """The keys whose standing a document of ``key`` may settle, first to last.

    A document with an order settles its order, then what has none. One without settles
    what has none, then the orders, oldest first: somebody entered it by hand.
    """
    if key:
        return (key, None)
    return (None, *sorted(other for other in standings if other))


def settle(standings, key, own, step):
    """Settle ``own`` against ``standings``; return ``(matches, rest)``.

    :param standings: ``{key: Standing}``, key None for what has no order
    :param own: what the document brings, at its own value
    :param step: rounding of the company's currency
    :return: the list of :class:`Match`, and what stays at its own value

    Ten were received at 10.00 each; a bill of 12 for 132.00 takes the 100.00 away and
    leaves two, at its own price, to be received:

    >>> cent = Decimal("0.01")
    >>> stands = {7: Standing(Decimal(-10), Decimal(-100))}
    >>> bill = Standing(Decimal(12), Decimal(132))
    >>> (match,), rest = settle(stands, 7, bill, cent)
    >>> match.relief.amount, match.own.amount, rest.quantity, rest.amount
    (Decimal('100'), Decimal('110.00'), Decimal('2'), Decimal('22.00'))
    """
    matches, rest = [], own
    for candidate in candidates(standings, key):
        stands = standings.get(candidate)
        if not stands or stands.quantity * rest.quantity >= 0:
            continue
        opposite = -stands
        quantity = min(opposite.quantity, rest.quantity, key=abs)
        piece = rest.part(quantity, step)
        matches.append(Match(candidate, opposite.part(quantity, step), piece))
        rest = rest - piece
    return matches, rest


def difference(match, step):
    """Why a bill differs from what stood there: ``(price, exchange)``, debit positive.

    The exchange difference is the document's own amount in the order's currency at its
    own rate less at the rate of what it settles; the rest is price.

    100 euro were received at 2.00, the bill of 110 euro comes at 2.50:

    >>> stood = Standing(Decimal(10), Decimal(200), Decimal(100))
    >>> billed = Standing(Decimal(10), Decimal(275), Decimal(110))
    >>> difference(Match(7, stood, billed), Decimal("0.01"))
    (Decimal('20.00'), Decimal('55.00'))
    """
    stood, billed = match.relief, match.own
    total = billed.amount - stood.amount
    if not stood.foreign:
        return total, ZERO
    before = rounded(billed.foreign * stood.amount / stood.foreign, step)
    return before - stood.amount, billed.amount - before
