"""From the ORM's floats to exact decimals and back to rounded money."""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

ZERO = Decimal(0)
# The subledger keeps amounts to this precision: far below any currency's cent.
SUBLEDGER_STEP = Decimal("0.00000001")


def is_number(value):
    """Whether ``value`` can be counted with: callers from outside send anything.

    >>> is_number(1.5), is_number("1.5"), is_number(True), is_number(float("nan"))
    (True, False, False, False)
    """
    is_counted = isinstance(value, int | float) and not isinstance(value, bool)
    return is_counted and isfinite(value)


def natural(text):
    """What sorts texts as people do: numbers in them count as numbers.

    >>> sorted(["m10", "m9", "4711"], key=natural)
    ['4711', 'm9', 'm10']
    """
    return tuple(
        int(part) if place % 2 else part
        for place, part in enumerate(re.split(r"([0-9]+)", text))
    )


def exact(value):
    """Return ``value`` as the decimal that a person reads.

    ``Decimal(0.1)`` carries the binary error of the float along; going through
    the shortest text that gives the same float does not.

    >>> exact(0.0123) * 100000
    Decimal('1230.0000')
    """
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def rounded(value, step):
    """Round ``value`` to a multiple of ``step``, halves away from zero.

    This is the rounding of a currency or of a unit of measure in Odoo
    (``HALF-UP``).

    >>> rounded(Decimal("0.005"), Decimal("0.01"))
    Decimal('0.01')
    >>> rounded(Decimal("-0.005"), Decimal("0.01"))
    Decimal('-0.01')
    """
    step = exact(step)
    return (exact(value) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def amount(value):
    """``value`` at the precision of the subledger.

    >>> amount(Decimal(1) / Decimal(3))
    Decimal('0.33333333')
    """
    return value.quantize(SUBLEDGER_STEP, ROUND_HALF_UP)


def share(quantity, part, whole):
    """``quantity`` × ``part`` / ``whole`` at the precision of the subledger.

    All of it, exactly, where the part is the whole; nothing of an empty whole.

    >>> share(Decimal(24), Decimal(4), Decimal(6))
    Decimal('16.00000000')
    >>> share(Decimal("0.1"), Decimal(3), Decimal(3))
    Decimal('0.1')
    >>> share(Decimal(7), ZERO, ZERO)
    Decimal('0')
    """
    if not whole:
        return ZERO
    return quantity if part == whole else amount(quantity * part / whole)
