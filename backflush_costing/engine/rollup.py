"""Roll standard costs up over all levels of the bills of materials."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from .element import (
    CONVERSION,
    MATERIAL,
    UNSPLIT,
    add,
    in_proportion,
    total,
    with_sum,
    without_zeros,
)
from .numbers import ZERO


class RollUpCycle(ValueError):
    """A product is, over some levels, a component of itself."""

    def __init__(self, path):
        self.path = tuple(path)
        super().__init__(" > ".join(map(str, self.path)))


@dataclass(frozen=True)
class Cost:
    """Standard cost of one unit, element by element.

    *Level* is what this product adds itself (bought components; its own
    routing), *cumulated* includes every level below: ``{element: amount}``, both
    unrounded, in company currency per unit of the product. *Credited* is what of the
    cumulated conversion completions have put into inventory by the time the product
    is in stock.
    """

    level: Mapping[str, Decimal] = field(default_factory=dict)
    cumulated: Mapping[str, Decimal] = field(default_factory=dict)
    credited: Decimal = ZERO

    @classmethod
    def of(cls, material_level, conversion_level, material, conversion):
        """Cost of which only the sums are known, its conversion credited."""
        return cls(
            _unsplit(material_level, conversion_level),
            _unsplit(material, conversion),
            conversion,
        )

    @property
    def material_level(self):
        """Material and material overhead that this product adds itself."""
        return total(self.level, MATERIAL)

    @property
    def conversion_level(self):
        """Conversion of this product's own operations and subcontractor."""
        return total(self.level, CONVERSION)

    @property
    def material(self):
        """Material and material overhead of all levels."""
        return total(self.cumulated, MATERIAL)

    @property
    def conversion(self):
        """Conversion of all levels."""
        return total(self.cumulated, CONVERSION)

    @property
    def inventory(self):
        """What inventory carries: material and the conversion credited so far."""
        return self.material + self.credited

    @property
    def total(self):
        """Full standard: cumulated material and conversion."""
        return total(self.cumulated)

    def at(self, price):
        """The cost whose total is ``price``: what changes is material.

        Conversion is kept, material and its overhead keep their proportion and
        lower levels their amount. A price below the conversion is material alone.

        >>> Cost.of(*map(Decimal, (100, 30, 160, 40))).at(Decimal(210)).material_level
        Decimal('110')
        """
        if self.conversion > price:
            return bought(price)
        material = price - self.conversion
        below = self.material - self.material_level
        level = max(material - below, ZERO)
        return Cost(
            {
                **in_proportion(self.level, MATERIAL, level),
                **_part(self.level, CONVERSION),
            },
            {
                **in_proportion(self.cumulated, MATERIAL, material),
                **_part(self.cumulated, CONVERSION),
            },
            self.credited,
        )


def _unsplit(material, conversion):
    return with_sum(with_sum({}, MATERIAL, material), CONVERSION, conversion)


def _part(amounts, elements):
    return {element: amounts[element] for element in elements if element in amounts}


class Activity(NamedTuple):
    """Work on one batch: time at a rate, or what somebody asks for it.

    :param kind: ``operation`` or ``external``
    :param key: which operation it is, the same from one roll-up to the next
    :param element: the element that it costs
    :param quantity: minutes, or units of the product
    :param price: per hour, or per unit
    :param per: 60 minutes an hour, or 1
    :param place: work centre, or vendor
    """

    kind: str
    key: Hashable
    element: str
    quantity: Decimal
    price: Decimal
    per: Decimal = Decimal(1)
    place: Hashable = None

    @property
    def amount(self):
        """What it costs, unrounded."""
        return self.quantity * self.price / self.per


@dataclass(frozen=True)
class Recipe:
    """How one product is made.

    :param output: quantity that one batch yields
    :param components: ``(product, quantity per batch)`` pairs, planned scrap
        included
    :param conversion: conversion cost of one batch on this level that no activity
        stands for; counts as machine time
    :param byproducts: ``(product, quantity per batch)`` pairs, deducted from
        material at their own standard
    :param activities: :class:`Activity` of one batch
    :param scrap: ``{product: quantity per batch}``, what of the components is
        planned scrap
    :param completion: whether the completion of the product is a trigger point:
        its conversion, and what no lower level has credited, is capitalised then
    """

    output: Decimal
    components: tuple[tuple[Hashable, Decimal], ...]
    conversion: Decimal = ZERO
    byproducts: tuple[tuple[Hashable, Decimal], ...] = ()
    activities: tuple[Activity, ...] = ()
    scrap: Mapping[Hashable, Decimal] = field(default_factory=dict)
    completion: bool = True

    def conversion_by_element(self):
        """``{element: amount}`` of one batch on this level."""
        amounts = {UNSPLIT[CONVERSION]: self.conversion}
        for activity in self.activities:
            add(amounts, {activity.element: activity.amount})
        return amounts


def bought(price, overhead_percent=ZERO):
    """Cost of a product that is purchased at ``price``.

    :param overhead_percent: material overhead (freight, duty, receiving) in per cent
        of the price

    >>> bought(Decimal(10), Decimal(5)).total
    Decimal('10.5')
    """
    elements = without_zeros(
        {"material": price, "material_overhead": price * overhead_percent / 100}
    )
    return Cost(elements, dict(elements))


def roll_up(recipes, known):
    """Return ``{product: Cost}`` for every product that has a recipe.

    :param recipes: ``{product: Recipe}``
    :param known: ``{product: Cost}`` of everything that is not made here

    >>> battery = Recipe(Decimal(1), (("cell", Decimal(6)),), Decimal(10))
    >>> car = Recipe(Decimal(1), (("battery", Decimal(1)), ("body", Decimal(1))),
    ...              Decimal(30))
    >>> costs = roll_up({"battery": battery, "car": car},
    ...                 {"cell": bought(Decimal(10)), "body": bought(Decimal(100))})
    >>> costs["car"].total, costs["car"].conversion, costs["car"].conversion_level
    (Decimal('200'), Decimal('40'), Decimal('30'))
    """
    done = {}
    for product in recipes:
        _cost(product, recipes, known, done, [])
    return done


def _cost(product, recipes, known, done, path):
    """Cost of ``product``, computing what it is made of first."""
    if product not in recipes:
        return known[product]
    if product not in done:
        if product in path:
            raise RollUpCycle([*path, product])
        done[product] = _combine(recipes[product], recipes, known, done, path, product)
    return done[product]


def _combine(recipe, recipes, known, done, path, product):
    """Add up one recipe from the costs of its components."""

    def cost_of(other):
        return _cost(other, recipes, known, done, [*path, product])

    own = recipe.conversion_by_element()
    level, cumulated, credited = dict(own), dict(own), ZERO
    for component, quantity in recipe.components:
        cost = cost_of(component)
        add(cumulated, cost.cumulated, quantity)
        credited += quantity * cost.credited
        if component not in recipes and not cost.conversion:
            add(level, cost.cumulated, quantity)
    byproducts = [(cost_of(product), q) for product, q in recipe.byproducts]
    credit = sum((q * cost.inventory for cost, q in byproducts), ZERO)
    for element, value in _deduction(credit, cumulated).items():
        add(cumulated, {element: -value})
        add(level, {element: -value})
    # What no completion has credited of them is allocated when they are sold.
    later = sum((q * (cost.total - cost.inventory) for cost, q in byproducts), ZERO)
    if later:
        left = total(cumulated, CONVERSION) - later
        cumulated.update(in_proportion(cumulated, CONVERSION, left))
    if recipe.completion:
        credited = total(cumulated, CONVERSION)
    return Cost(
        _per_unit(level, recipe.output),
        _per_unit(cumulated, recipe.output),
        credited / recipe.output,
    )


def _deduction(credit, cumulated):
    """``{element: amount}`` that by-products take off: material before its overhead.

    Conversion is never reduced: the completion credits what was worked.

    >>> _deduction(Decimal(12), {"material": Decimal(10), "labour": Decimal(9)})
    {'material': Decimal('12'), 'material_overhead': Decimal('0')}
    """
    overhead = cumulated.get("material_overhead", ZERO)
    beyond = max(credit - cumulated.get("material", ZERO), ZERO)
    taken = min(beyond, overhead)
    return {"material": credit - taken, "material_overhead": taken}


def _per_unit(amounts, output):
    return without_zeros({e: value / output for e, value in amounts.items()})
