"""How far a report may be from what is required.

A tolerance is a percentage of the required quantity. What is reported beyond it needs
somebody's confirmation.
"""

from decimal import Decimal

from .numbers import ZERO

HUNDRED = Decimal(100)


def percentage(required, deviation):
    """``deviation`` in per cent of ``required``; None where nothing was required.

    >>> percentage(Decimal(40), Decimal(-3))
    Decimal('-7.5')
    >>> percentage(Decimal(0), Decimal(3)) is None
    True
    """
    if not required:
        return None
    return deviation * HUNDRED / abs(required)


def excess(required, deviation, over, under=None):
    """What of ``deviation`` lies beyond the tolerance, with its sign.

    :param required: quantity that is asked for
    :param deviation: reported less required, explained parts left out
    :param over: allowed above the required quantity, in per cent of it
    :param under: allowed below; the same as above if not given

    >>> excess(Decimal(40), Decimal(3), Decimal(5))
    Decimal('1')
    >>> excess(Decimal(40), Decimal(-3), Decimal(10))
    Decimal('0')
    """
    allowed = over if deviation > ZERO or under is None else under
    beyond = abs(deviation) - abs(required) * allowed / HUNDRED
    if beyond <= ZERO:
        return ZERO
    return beyond if deviation > ZERO else -beyond
