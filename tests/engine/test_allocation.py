from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.allocation import Requirement, allocate

quantities = st.decimals(0, 1000, places=3)
pools = st.dictionaries(
    st.sampled_from("abcdef"), st.decimals(-50, 500, places=3), max_size=6
)
requirements = st.lists(
    st.tuples(quantities, st.permutations("abcdef").map(tuple)), max_size=8
).map(lambda rows: [Requirement(key, *row) for key, row in enumerate(rows)])


@settings(derandomize=True, max_examples=300)
@given(requirements, pools)
def test_nothing_is_lost_and_nothing_is_overdrawn(wanted, free):
    result = allocate(wanted, free)
    drawn = dict.fromkeys(free, Decimal(0))
    for requirement in wanted:
        got = result[requirement.key]
        assert got.issued + got.missing == requirement.quantity
        assert got.missing >= 0
        for pool, quantity in got.draws:
            assert quantity > 0
            drawn[pool] += quantity
    for pool, quantity in drawn.items():
        assert quantity <= max(free[pool], 0)


@settings(derandomize=True, max_examples=300)
@given(requirements, pools)
def test_nothing_is_missing_while_something_is_free(wanted, free):
    result = allocate(wanted, free)
    drawn = sum((got.issued for got in result.values()), Decimal(0))
    available = sum((max(quantity, 0) for quantity in free.values()), Decimal(0))
    asked = sum((requirement.quantity for requirement in wanted), Decimal(0))
    assert drawn == min(asked, available)


def test_first_come_first_served_from_the_preferred_pool():
    wanted = [
        Requirement("early", Decimal(6), ("old", "new")),
        Requirement("late", Decimal(6), ("old", "new")),
    ]
    result = allocate(wanted, {"old": Decimal(4), "new": Decimal(5)})
    assert result["early"].draws == (("old", Decimal(4)), ("new", Decimal(2)))
    assert result["late"].draws == (("new", Decimal(3)),)
    assert result["late"].missing == 3


def test_a_pool_below_zero_gives_nothing():
    wanted = [Requirement("one", Decimal(1), ("bin",))]
    assert allocate(wanted, {"bin": Decimal(-5)})["one"].missing == 1
