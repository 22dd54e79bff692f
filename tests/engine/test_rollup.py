from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.element import CONVERSION, MATERIAL, total
from engine.rollup import Activity, Cost, Recipe, RollUpCycle, bought, roll_up

one = Decimal(1)


def test_a_battery_in_a_vehicle():
    """Battery: material 60, conversion 10; the vehicle adds 100 and 30."""
    costs = roll_up(
        {
            "battery": Recipe(one, (("cell", Decimal(6)),), Decimal(10)),
            "vehicle": Recipe(one, (("battery", one), ("body", one)), Decimal(30)),
        },
        {"cell": bought(Decimal(10)), "body": bought(Decimal(100))},
    )
    assert costs["battery"] == Cost.of(*map(Decimal, (60, 10, 60, 10)))
    assert costs["vehicle"] == Cost.of(*map(Decimal, (100, 30, 160, 40)))
    assert costs["vehicle"].total == 200


def test_a_sub_assembly_that_is_not_rolled_up_brings_its_elements():
    known = {"battery": Cost.of(*map(Decimal, (60, 10, 60, 10)))}
    costs = roll_up({"vehicle": Recipe(one, (("battery", one),), Decimal(30))}, known)
    assert costs["vehicle"].conversion == 40
    assert costs["vehicle"].conversion_level == 30
    assert costs["vehicle"].material_level == 0


def test_a_sale_allocates_what_no_completion_has_credited():
    """Battery 60 and 10, vehicle 100 and 30: what inventory carries of them."""
    carried = {}
    for battery, vehicle in ((False, False), (True, False), (True, True)):
        costs = roll_up(
            {
                "battery": Recipe(
                    one, (("cell", Decimal(6)),), Decimal(10), completion=battery
                ),
                "vehicle": Recipe(
                    one,
                    (("battery", one), ("body", one)),
                    Decimal(30),
                    completion=vehicle,
                ),
            },
            {"cell": bought(Decimal(10)), "body": bought(Decimal(100))},
        )
        assert costs["vehicle"].total == 200
        carried[battery, vehicle] = costs["vehicle"].inventory
    assert carried == {(False, False): 160, (True, False): 170, (True, True): 200}


def test_inventory_gives_to_product_and_by_product_what_the_components_held():
    """Without a completion trigger making a product leaves inventory as it was."""
    by_product = Cost.of(*map(Decimal, (3, 2, 3, 2)))
    by_product = Cost(by_product.level, by_product.cumulated)
    costs = roll_up(
        {
            "frame": Recipe(
                one,
                (("cell", Decimal(4)),),
                Decimal(30),
                (("chips", Decimal(5)),),
                completion=False,
            )
        },
        {"cell": bought(Decimal(10)), "chips": by_product},
    )
    assert costs["frame"].inventory + 5 * by_product.inventory == 40
    assert costs["frame"].total + 5 * by_product.total == 70


def test_a_batch_is_divided_by_its_output():
    costs = roll_up(
        {"paint": Recipe(Decimal(200), (("pigment", Decimal(5)),), Decimal(50))},
        {"pigment": bought(Decimal(8))},
    )
    assert costs["paint"].material == Decimal("0.2")
    assert costs["paint"].conversion == Decimal("0.25")


def test_by_products_are_deducted_at_their_own_standard():
    costs = roll_up(
        {"board": Recipe(one, (("log", one),), Decimal(4), (("chips", Decimal(3)),))},
        {"log": bought(Decimal(20)), "chips": bought(Decimal(2))},
    )
    assert costs["board"].material == 14
    assert costs["board"].total == 18


def test_by_products_leave_conversion_alone():
    """Material first, then its overhead; what was worked stays worked."""
    costs = roll_up(
        {
            "board": Recipe(
                one, (("log", one),), Decimal(4), (("chips", Decimal("10.5")),)
            )
        },
        {"log": bought(Decimal(20), Decimal(10)), "chips": bought(Decimal(2))},
    )
    assert costs["board"].cumulated == {"material_overhead": one, "machine": 4}


def test_every_element_goes_its_own_way_up():
    """Labour 6 and overhead of half of it below; 10 machine minutes at 30 above."""
    costs = roll_up(
        {
            "battery": Recipe(
                one,
                (("cell", Decimal(6)),),
                activities=(
                    Activity("operation", "weld", "labour", one, Decimal(6)),
                    Activity("operation", "weld", "fixed_overhead", one, Decimal(3)),
                ),
            ),
            "vehicle": Recipe(
                one,
                (("battery", Decimal(2)),),
                activities=(
                    Activity("operation", "trim", "machine", Decimal(10), 30, 60),
                    Activity("external", "fee", "external", one, Decimal(7)),
                ),
            ),
        },
        {"cell": bought(Decimal(10), Decimal(5))},
    )
    assert costs["battery"].level == {
        "material": 60,
        "material_overhead": 3,
        "labour": 6,
        "fixed_overhead": 3,
    }
    assert costs["vehicle"].level == {"machine": 5, "external": 7}
    assert costs["vehicle"].cumulated == {
        "material": 120,
        "material_overhead": 6,
        "labour": 12,
        "fixed_overhead": 6,
        "machine": 5,
        "external": 7,
    }
    assert costs["vehicle"].total == 156


def test_a_price_by_hand_keeps_conversion_and_lower_levels():
    cost = Cost(
        {"material": Decimal(50), "material_overhead": Decimal(10), "labour": one},
        {"material": Decimal(80), "material_overhead": Decimal(20), "labour": one},
    )
    new = cost.at(Decimal(201))
    assert new.cumulated == {"material": 160, "material_overhead": 40, "labour": 1}
    assert new.material_level == 160
    assert new.conversion_level == 1


def test_a_cycle_is_named():
    with pytest.raises(RollUpCycle) as caught:
        roll_up({"a": Recipe(one, (("b", one),)), "b": Recipe(one, (("a", one),))}, {})
    assert caught.value.path == ("a", "b", "a")


prices = st.decimals(0, 1000, places=4)
lines = st.lists(
    st.tuples(st.decimals("0.001", 100, places=3), prices), min_size=1, max_size=6
)


@settings(derandomize=True, max_examples=200)
@given(st.lists(lines, min_size=1, max_size=5), prices)
def test_nothing_is_lost_over_the_levels(levels, rate):
    """Each level adds its own; the top holds the sum of all."""
    recipes, known, expected = {}, {}, Decimal(0)
    below = None
    for depth, components in enumerate(levels):
        parts = [
            (f"{depth}/{n}", quantity) for n, (quantity, _p) in enumerate(components)
        ]
        for (name, quantity), (_q, price) in zip(parts, components, strict=True):
            known[name] = bought(price)
            expected += quantity * price
        if below:
            parts.append((below, one))
        below = f"level {depth}"
        recipes[below] = Recipe(one, tuple(parts), rate)
    top = roll_up(recipes, known)[below]
    assert top.material == expected
    assert top.conversion == rate * len(levels)
    assert top.conversion_level == rate


amounts = st.dictionaries(
    st.sampled_from((*MATERIAL, *CONVERSION)), st.decimals(0, 10000, places=3)
)


@settings(derandomize=True, max_examples=200)
@given(amounts, amounts, st.decimals(0, 100000, places=2))
def test_a_price_is_what_the_elements_sum_to(level, lower, price):
    """Whatever was entered by hand, the elements explain it."""
    cumulated = dict(lower)
    for element, value in level.items():
        cumulated[element] = cumulated.get(element, 0) + value
    new = Cost(level, cumulated).at(price)
    assert abs(new.total - price) < Decimal("1e-20")
    assert new.material + new.conversion == new.total
    assert all(value >= 0 for value in new.cumulated.values())
    assert total(new.level) <= new.total + Decimal("1e-20")
