"""What a standard consists of, line by line, and why two standards differ."""

from collections.abc import Hashable
from decimal import Decimal
from typing import NamedTuple

from .element import ELEMENTS, STEP
from .numbers import ZERO

ONE = Decimal(1)
HUNDRED = Decimal(100)
# A rest below this is the last digit of a division, not a fact.
DUST = Decimal("0.000001")


class Line(NamedTuple):
    """One line of a snapshot, per unit of the product.

    :param kind: ``component``, ``scrap``, ``operation``, ``external``,
        ``byproduct``, ``purchase``, ``overhead`` or ``element``
    :param key: what it is, the same from one version to the next
    :param element: the element that it costs; None where it brings several
    :param quantity: component's unit, minutes, or the base of an overhead
    :param price: component's standard, hourly rate, or per cent
    :param per: quantity that the price is for: 1, 60 minutes, 100 per cent
    :param place: work centre or vendor; another place is the same line
    """

    kind: str
    key: Hashable
    element: str | None
    quantity: Decimal
    price: Decimal
    per: Decimal = ONE
    place: Hashable = None

    @property
    def identity(self):
        """What makes it the same line of another version."""
        split = self.element if self.kind == "operation" else None
        return (self.kind, self.key, split)

    @property
    def amount(self):
        """What the line contributes to the standard."""
        return self.quantity * self.price / self.per


class Difference(NamedTuple):
    """One reason why a standard changed.

    :param identity: of the line; None where no line stands for it
    :param change: ``added``, ``removed``, ``quantity``, ``price``, ``place`` (the
        price changed with the work centre or vendor), ``entered`` (by hand, beside
        the snapshot) or ``rounding``
    :param before: quantity or price before; None where there was none
    :param after: quantity or price after
    :param amount: effect on the standard, dearer positive
    """

    identity: tuple | None
    change: str
    before: Decimal | None
    after: Decimal | None
    amount: Decimal


def of_recipe(recipe, costs):
    """Snapshot of one unit made by ``recipe``.

    :param costs: ``{product: Cost}`` of components and by-products

    >>> from .rollup import Recipe, bought
    >>> car = Recipe(Decimal(2), (("wheel", Decimal(8)),), scrap={"wheel": Decimal(1)})
    >>> [(line.kind, line.amount) for line in
    ...  of_recipe(car, {"wheel": bought(Decimal(5))})]
    [('component', Decimal('17.5')), ('scrap', Decimal('2.5'))]
    """
    quantities = {}
    for product, quantity in recipe.components:
        _gather(quantities, ("component", product), quantity)
    for product, quantity in recipe.scrap.items():
        _gather(quantities, ("component", product), -quantity)
        _gather(quantities, ("scrap", product), quantity)
    for product, quantity in recipe.byproducts:
        _gather(quantities, ("byproduct", product), -quantity)
    lines = [
        Line(kind, key, _element(costs[key]), quantity, costs[key].total)
        for (kind, key), quantity in quantities.items()
        if quantity
    ]
    lines += [
        Line(a.kind, a.key, a.element, a.quantity, a.price, a.per, a.place)
        for a in recipe.activities
    ]
    if recipe.conversion:
        lines.append(Line("element", "machine", "machine", recipe.conversion, ONE))
    return tuple(
        line._replace(quantity=line.quantity / recipe.output) for line in lines
    )


def _gather(quantities, key, quantity):
    quantities[key] = quantities.get(key, ZERO) + quantity


def _element(cost):
    """The one element that a component brings, None where it brings several."""
    return next(iter(cost.cumulated)) if len(cost.cumulated) == 1 else None


def of_purchase(product, price, overhead_percent):
    """Snapshot of one unit bought at ``price``.

    >>> [line.amount for line in of_purchase("bolt", Decimal(10), Decimal(5))]
    [Decimal('10'), Decimal('0.5')]
    """
    lines = [Line("purchase", product, "material", ONE, price)]
    if overhead_percent:
        lines.append(
            Line(
                "overhead",
                product,
                "material_overhead",
                price,
                overhead_percent,
                HUNDRED,
            )
        )
    return tuple(lines)


def of_elements(cumulated):
    """Snapshot of a version of which only the elements are known."""
    return tuple(
        Line("element", element, element, ONE, cumulated[element])
        for element in ELEMENTS
        if cumulated.get(element)
    )


def compare(before, after, difference):
    """Why the standard changed: rows that sum to ``difference`` exactly.

    A quantity counts at the old price, a price at the new quantity. What the lines
    do not explain was entered by hand; the last digit of a division goes to the
    largest row. Largest effect first.

    :param before: snapshot :class:`Line` of the earlier version
    :param after: snapshot of the later one
    :param difference: later less earlier standard

    >>> old = [Line("component", "cell", "material", Decimal(6), Decimal(10))]
    >>> new = [Line("component", "cell", "material", Decimal(7), Decimal(11))]
    >>> [(d.change, int(d.amount)) for d in compare(old, new, Decimal(17))]
    [('quantity', 10), ('price', 7)]
    """
    old = {line.identity: line for line in before}
    new = {line.identity: line for line in after}
    rows = [
        _kept(row)
        for identity in {**old, **new}
        for row in _line_differences(identity, old.get(identity), new.get(identity))
    ]
    rows.sort(key=lambda row: -abs(row.amount))
    rest = difference - sum((row.amount for row in rows), ZERO)
    if abs(rest) < DUST and any(row.amount for row in rows):
        rows[0] = rows[0]._replace(amount=rows[0].amount + rest)
    elif rest:
        change = "entered" if abs(rest) >= DUST else "rounding"
        rows.append(Difference(None, change, None, None, rest))
    return [row for row in rows if row.amount]


def _line_differences(identity, old, new):
    """The reasons for one line."""
    if not old:
        return [Difference(identity, "added", None, new.quantity, new.amount)]
    if not new:
        return [Difference(identity, "removed", old.quantity, None, -old.amount)]
    moved = "place" if old.place != new.place else "price"
    at_old = new.quantity * old.price / old.per
    return [
        Difference(
            identity, "quantity", old.quantity, new.quantity, at_old - old.amount
        ),
        Difference(identity, moved, old.price, new.price, new.amount - at_old),
    ]


def _kept(row):
    """The effect at a step that loses nothing when rows are summed."""
    return row._replace(amount=row.amount.quantize(STEP))
