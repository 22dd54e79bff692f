"""How much of a reported difference the recorded deviations explain."""

from .numbers import ZERO


def explain(difference, documents):
    """Return how much of each document the difference bears out.

    :param difference: reported less required, signed
    :param documents: signed quantities of the recorded deviations, oldest first:
        scrap and over-use positive, under-use negative
    :return: one quantity per document, of its sign and never more than it says

    What the documents say is taken in full where it is what was reported. Where
    less was reported the youngest documents of the excess sign give way, and where
    more was reported the rest stays unexplained:

    >>> from decimal import Decimal
    >>> explain(Decimal(5), [Decimal(3), Decimal(4)])
    (Decimal('3'), Decimal('2'))
    >>> explain(Decimal(9), [Decimal(3), Decimal(-1)])
    (Decimal('3'), Decimal('0'))
    """
    more = sum((n for n in documents if n > ZERO), ZERO)
    less = -sum((n for n in documents if n < ZERO), ZERO)
    if difference >= more - less:
        less = max(ZERO, more - difference)
    else:
        more = max(ZERO, difference + less)
    used = []
    for quantity in documents:
        if quantity >= ZERO:
            part = min(quantity, more)
            more -= part
        else:
            part = -min(-quantity, less)
            less += part
        used.append(part)
    return tuple(used)
