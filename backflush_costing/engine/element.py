"""Cost elements of a standard, and the sums that the ledger knows them by."""

from decimal import Decimal

from .numbers import ZERO, amount

#: an amount that is split in proportion is kept to this step, so that floats carry it
STEP = Decimal("0.000000000001")

#: in the order in which people read them
MATERIAL = ("material", "material_overhead")
CONVERSION = (
    "labour",
    "machine",
    "variable_overhead",
    "fixed_overhead",
    "external",
)
ELEMENTS = (*MATERIAL, *CONVERSION)
#: what a sum that nobody split counts as
UNSPLIT = {MATERIAL: "material", CONVERSION: "machine"}


def total(amounts, elements=ELEMENTS):
    """Sum of ``amounts`` over ``elements``.

    >>> from decimal import Decimal
    >>> total({"labour": Decimal(3), "material": Decimal(5)}, CONVERSION)
    Decimal('3')
    """
    return sum((amounts.get(element, ZERO) for element in elements), ZERO)


def add(amounts, more, factor=1):
    """Add ``factor`` times ``more`` to ``amounts``, element by element."""
    for element, value in more.items():
        amounts[element] = amounts.get(element, ZERO) + factor * value


def with_sum(amounts, elements, wanted):
    """``amounts``, changed so that ``elements`` sum to ``wanted``.

    What was not split counts as material, or as machine time. Where the other
    elements are more than the sum they are dropped.

    >>> from decimal import Decimal
    >>> with_sum({"labour": Decimal(3)}, CONVERSION, Decimal(10))
    {'labour': Decimal('3'), 'machine': Decimal('7')}
    >>> with_sum({"labour": Decimal(3)}, CONVERSION, Decimal(2))
    {'machine': Decimal('2')}
    """
    main = UNSPLIT[elements]
    rest = wanted - total(amounts, [e for e in elements if e != main])
    kept = {
        element: value
        for element, value in amounts.items()
        if element not in elements or (rest >= ZERO and element != main)
    }
    kept[main] = rest if rest >= ZERO else wanted
    return without_zeros(kept)


def in_proportion(amounts, elements, wanted):
    """``amounts``, with ``elements`` scaled so that they sum to ``wanted``.

    >>> from decimal import Decimal
    >>> old = {"material": Decimal(10), "material_overhead": Decimal(1)}
    >>> new = in_proportion(old, MATERIAL, Decimal(22))
    >>> int(new["material"]), int(new["material_overhead"])
    (20, 2)
    """
    present = total(amounts, elements)
    if present <= ZERO:
        return with_sum({}, elements, wanted)
    main = UNSPLIT[elements]
    scaled = {
        element: (amounts[element] * wanted / present).quantize(STEP)
        for element in elements
        if element != main and element in amounts
    }
    return with_sum(scaled, elements, wanted)


def split(conversion, level):
    """``{element: part}`` of allocated ``conversion``, as the standard consists of it.

    The parts sum to exactly the whole; what rounding leaves is the last element's.

    >>> from decimal import Decimal
    >>> parts = split(Decimal(9), {"labour": Decimal(1), "machine": Decimal(2)})
    >>> {element: int(part) for element, part in parts.items()}
    {'labour': 3, 'machine': 6}
    """
    whole = total(level, CONVERSION)
    elements = [element for element in CONVERSION if level.get(element)]
    if not whole or not elements:
        return {UNSPLIT[CONVERSION]: conversion}
    parts = {e: amount(conversion * level[e] / whole) for e in elements[:-1]}
    parts[elements[-1]] = conversion - sum(parts.values(), ZERO)
    return parts


def without_zeros(amounts):
    """``amounts`` without the elements that are nothing."""
    return {element: value for element, value in amounts.items() if value}
