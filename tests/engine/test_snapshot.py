from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rollup import Activity, Recipe, bought, roll_up
from engine.snapshot import (
    Difference,
    Line,
    compare,
    of_elements,
    of_purchase,
    of_recipe,
)

one = Decimal(1)
ten = Decimal(10)


def test_a_quantity_at_the_old_price_and_a_price_at_the_new_quantity():
    old = [Line("component", "cell", "material", Decimal(6), ten)]
    new = [Line("component", "cell", "material", Decimal(7), Decimal(11))]
    cell = ("component", "cell", None)
    assert compare(old, new, Decimal(17)) == [
        Difference(cell, "quantity", Decimal(6), Decimal(7), ten),
        Difference(cell, "price", ten, Decimal(11), Decimal(7)),
    ]


def test_what_came_and_what_went():
    old = [Line("component", "cell", "material", Decimal(6), ten)]
    new = [Line("component", "pouch", "material", Decimal(4), Decimal(20))]
    assert [(d.change, d.amount) for d in compare(old, new, Decimal(20))] == [
        ("added", 80),
        ("removed", -60),
    ]


def test_another_work_centre_is_another_place_of_the_same_operation():
    old = [Line("operation", "weld", "labour", Decimal(30), Decimal(40), 60, "A")]
    new = [Line("operation", "weld", "labour", Decimal(30), Decimal(50), 60, "B")]
    assert [(d.change, d.amount) for d in compare(old, new, Decimal(5))] == [
        ("place", 5)
    ]


def test_a_component_that_brings_another_element_is_the_same_component():
    old = [Line("component", "cell", "material", Decimal(6), ten)]
    new = [Line("component", "cell", None, Decimal(6), Decimal("10.5"))]
    assert [d.change for d in compare(old, new, Decimal(3))] == ["price"]


def test_what_no_line_explains_was_entered_by_hand():
    lines = of_elements({"material": ten})
    assert [(d.change, d.amount) for d in compare(lines, lines, Decimal(2))] == [
        ("entered", 2)
    ]
    assert compare(lines, lines, Decimal(0)) == []


quantities = st.decimals("0.001", 1000, places=3)
prices = st.decimals(0, 10000, places=4)
percents = st.decimals(0, 200, places=1)


@st.composite
def recipes(draw):
    """A recipe over the same few products and operations, and their costs."""
    products = st.sampled_from("abcdef")
    components = draw(st.lists(st.tuples(products, quantities), max_size=6))
    scrap = {}
    for product, quantity in components:
        if draw(st.booleans()):
            scrap[product] = scrap.get(product, 0) + quantity / 10
    activities = draw(
        st.lists(
            st.builds(
                Activity,
                st.just("operation"),
                st.sampled_from("xyz"),
                st.sampled_from(("labour", "machine", "fixed_overhead")),
                quantities,
                prices,
                st.just(Decimal(60)),
                st.sampled_from("AB"),
            ),
            max_size=5,
            unique_by=lambda a: (a.key, a.element),
        )
    )
    recipe = Recipe(
        draw(quantities),
        tuple(components),
        draw(prices),
        tuple(draw(st.lists(st.tuples(st.just("z"), quantities), max_size=2))),
        tuple(activities),
        scrap,
    )
    costs = {p: bought(draw(prices), draw(percents)) for p in "abcdefz"}
    return recipe, costs


@settings(derandomize=True, max_examples=150)
@given(recipes())
def test_the_snapshot_is_the_standard(made):
    """Whatever it is made of, the lines sum to what was rolled up."""
    recipe, costs = made
    total = roll_up({"top": recipe}, costs)["top"].total
    lines = of_recipe(recipe, costs)
    assert abs(sum(line.amount for line in lines) - total) < Decimal("1e-12")


@settings(derandomize=True, max_examples=150)
@given(recipes(), recipes())
def test_the_reasons_sum_to_the_difference(first, second):
    """To the last digit, whatever changed."""
    old, new = (roll_up({"top": r}, costs)["top"].total for r, costs in (first, second))
    difference = Decimal(repr(float(new))) - Decimal(repr(float(old)))
    rows = compare(of_recipe(*first), of_recipe(*second), difference)
    assert sum(row.amount for row in rows) == difference
    assert all(row.amount for row in rows)
    assert not [row for row in rows if row.change == "entered"]


@settings(derandomize=True, max_examples=100)
@given(prices, percents, prices)
def test_the_snapshot_of_a_purchase_is_its_cost(price, percent, entered):
    lines = of_purchase("bolt", price, percent)
    assert sum(line.amount for line in lines) == bought(price, percent).total
    rows = compare(lines, lines, entered)
    assert sum(row.amount for row in rows) == entered
