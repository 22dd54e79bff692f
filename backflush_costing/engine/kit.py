"""A kit is bought as a whole: what the vendor bills is split over its parts."""

from .numbers import ZERO, exact, rounded


def apportion(total, weights, step):
    """Split ``total`` in proportion to ``weights``, rounded so that nothing is lost.

    Each part is the rounded total up to it less what the parts before it got: none
    is off by more than one step, and they sum to exactly the total. Where no weight
    says anything all parts weigh the same.

    :param total: a multiple of ``step``, of any sign
    :param weights: not negative
    :param step: rounding of the currency

    >>> from decimal import Decimal
    >>> cent = Decimal("0.01")
    >>> [str(part) for part in apportion(Decimal(10), [Decimal(1)] * 3, cent)]
    ['3.33', '3.34', '3.33']
    >>> [str(part) for part in apportion(Decimal(-1), [Decimal(30), Decimal(70)], cent)]
    ['-0.30', '-0.70']
    >>> [str(part) for part in apportion(Decimal(1), [ZERO, ZERO], cent)]
    ['0.50', '0.50']
    """
    if not any(weights):
        weights = [exact(1)] * len(weights)
    whole = sum(weights, ZERO)
    parts, reached, given = [], ZERO, ZERO
    for weight in weights:
        reached += weight
        # The last one takes the total as it is, whatever its digits.
        upto = total if reached == whole else rounded(total * reached / whole, step)
        parts.append(upto - given)
        given = upto
    return parts
