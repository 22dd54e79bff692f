"""How what was made is put into handling units of so many pieces each."""

from decimal import ROUND_CEILING

from .numbers import ZERO

#: The unit that is being filled already, and that was named.
OPEN = 0


def pack(rows, size=ZERO, room=ZERO, is_whole=False):
    """Put rows into units, one after another; each is filled before the next begins.

    :param rows: ``[(key, quantity)]``: what was made, in its order
    :param size: what a unit holds; zero: any quantity
    :param room: what the open unit (number 0) still takes; units 1, 2, 3 … are new
    :param is_whole: whether a row stays in one piece, as a serial number does
    :return: ``[(key, quantity, number of the unit)]``

    >>> from decimal import Decimal as D
    >>> pack([("a", D(70)), ("b", D(30))], D(40), D(20)) == [
    ...     ("a", D(20), 0), ("a", D(40), 1), ("a", D(10), 2), ("b", D(30), 2)
    ... ]
    True
    """
    if size <= ZERO:
        return [(key, quantity, OPEN) for key, quantity in rows]
    parts, number, left = [], OPEN, room
    for key, quantity in rows:
        while quantity > ZERO:
            if left <= ZERO or (is_whole and quantity > left and left < size):
                number, left = number + 1, size
            part = quantity if is_whole else min(quantity, left)
            parts.append((key, part, number))
            quantity -= part
            left -= part
    return parts


def units_needed(quantity, size):
    """How many units ``quantity`` fills.

    >>> from decimal import Decimal as D
    >>> units_needed(D(100), D(40)), units_needed(D(100), ZERO)
    (3, 1)
    """
    if size <= ZERO:
        return 1
    return int((quantity / size).to_integral_value(ROUND_CEILING))
