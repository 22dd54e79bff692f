"""Splitting a level's conversion by operation."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.numbers import ZERO
from engine.scrap import performed

costs = st.dictionaries(
    st.integers(0, 9),
    st.decimals(min_value=0, max_value=10000, places=4),
    max_size=8,
)
passed = st.sets(st.integers(0, 9))


@given(costs, passed)
def test_a_fraction_of_the_whole(costs, passed):
    assert ZERO <= performed(costs, passed) <= Decimal(1)


@given(costs)
def test_all_operations_are_all_of_it(costs):
    assert performed(costs, set(costs)) == Decimal(1)


@given(costs, passed, passed)
def test_who_got_farther_saw_no_less(costs, fewer, more):
    assert performed(costs, fewer) <= performed(costs, fewer | more)


@given(costs.filter(bool), passed)
def test_the_parts_make_up_the_whole(costs, passed):
    rest = set(costs) - passed
    both = performed(costs, passed) + performed(costs, rest)
    assert abs(both - 1) < Decimal("1e-20")
