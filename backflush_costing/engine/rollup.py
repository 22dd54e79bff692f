"""Roll standard costs up over all levels of the bills of materials."""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

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
    routing), *cumulated* includes every level below. Both unrounded, in company
    currency per unit of the product. *Credited* is what of the cumulated conversion
    completions have put into inventory by the time the product is in stock.
    """

    material_level: Decimal = ZERO
    conversion_level: Decimal = ZERO
    material: Decimal = ZERO
    conversion: Decimal = ZERO
    conversion_credited: Decimal = ZERO

    @property
    def inventory(self):
        """What inventory carries: material and the conversion credited so far."""
        return self.material + self.conversion_credited

    @property
    def total(self):
        """Full standard: cumulated material and conversion."""
        return self.material + self.conversion


@dataclass(frozen=True)
class Recipe:
    """How one product is made.

    :param output: quantity that one batch yields
    :param components: ``(product, quantity per batch)`` pairs
    :param conversion: conversion cost of one batch on this level
    :param byproducts: ``(product, quantity per batch)`` pairs, deducted from
        material at their own standard
    :param completion: whether the completion of the product is a trigger point:
        its conversion, and what no lower level has credited, is capitalised then
    """

    output: Decimal
    components: tuple[tuple[Hashable, Decimal], ...]
    conversion: Decimal = ZERO
    byproducts: tuple[tuple[Hashable, Decimal], ...] = ()
    completion: bool = True


def bought(price):
    """Cost of a product that is purchased at ``price``: material alone."""
    return Cost(material_level=price, material=price)


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
    level = material = conversion = credited = ZERO
    for component, quantity in recipe.components:
        cost = _cost(component, recipes, known, done, [*path, product])
        material += quantity * cost.material
        conversion += quantity * cost.conversion
        credited += quantity * cost.conversion_credited
        if component not in recipes and not cost.conversion:
            level += quantity * cost.material
    for byproduct, quantity in recipe.byproducts:
        cost = _cost(byproduct, recipes, known, done, [*path, product])
        material -= quantity * cost.inventory
        level -= quantity * cost.inventory
        # What no completion has credited is allocated when the by-product is sold.
        conversion -= quantity * (cost.total - cost.inventory)
    conversion += recipe.conversion
    if recipe.completion:
        credited = conversion
    return Cost(
        material_level=level / recipe.output,
        conversion_level=recipe.conversion / recipe.output,
        material=material / recipe.output,
        conversion=conversion / recipe.output,
        conversion_credited=credited / recipe.output,
    )
