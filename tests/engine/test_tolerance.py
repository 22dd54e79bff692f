from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.numbers import ZERO
from engine.tolerance import excess, percentage

quantities = st.decimals(0, 10000, places=3)
deviations = st.decimals(-10000, 10000, places=3)
percents = st.decimals(0, 200, places=2)


@settings(derandomize=True, max_examples=300)
@given(quantities, deviations, percents)
def test_the_excess_is_a_part_of_the_deviation(required, deviation, allowed):
    beyond = excess(required, deviation, allowed)
    assert abs(beyond) <= abs(deviation)
    assert beyond * deviation >= ZERO


@settings(derandomize=True, max_examples=300)
@given(quantities, deviations, percents)
def test_what_is_within_the_percentage_is_no_excess(required, deviation, allowed):
    percent = percentage(required, deviation)
    if percent is None:
        assert excess(required, deviation, allowed) == deviation
    else:
        is_within = abs(deviation) <= required * allowed / 100
        assert is_within == (excess(required, deviation, allowed) == ZERO)


@settings(derandomize=True, max_examples=300)
@given(quantities, deviations, percents, percents)
def test_above_and_below_are_apart(required, deviation, over, under):
    allowed = over if deviation > ZERO else under
    assert excess(required, deviation, over, under) == excess(
        required, deviation, allowed
    )


@settings(derandomize=True, max_examples=300)
@given(quantities, deviations, percents, percents)
def test_a_wider_tolerance_lets_no_less_pass(required, deviation, one, other):
    narrow, wide = sorted((one, other))
    assert abs(excess(required, deviation, wide)) <= abs(
        excess(required, deviation, narrow)
    )


def test_no_tolerance_lets_nothing_pass():
    assert excess(Decimal(10), Decimal("0.01"), ZERO) == Decimal("0.01")
    assert excess(Decimal(10), Decimal("-0.01"), ZERO) == Decimal("-0.01")
