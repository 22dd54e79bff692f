import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import sizing
from engine.numbers import exact

amount = st.decimals(min_value="0.1", max_value=10_000, places=2)
share = st.decimals(min_value=0, max_value=2, places=2)


@pytest.mark.parametrize(
    ("demand", "lead_time", "safety", "container", "raw", "count"),
    [
        (2000, 0.4, 0.1, 200, "4.4", 5),
        (1200, 0.7, 0.16, 80, "12.18", 13),
        # Binary floating point makes 33.00000000000001 of it, and 34 containers.
        (750, 40, 0.1, 1000, "33", 33),
    ],
)
def test_demand_over_lead_time(demand, lead_time, safety, container, raw, count):
    number = sizing.toyota(demand, lead_time, container, safety)
    assert number == exact(float(raw))
    assert sizing.whole(number) == count


def test_the_figures_of_other_systems():
    assert sizing.whole(sizing.reorder_factor(100, 2, 50, 1.2, 1)) == 6
    assert sizing.container_for(100, 2, 5, 1.2, 1) == 60
    assert sizing.whole(sizing.with_minimum(100, 2, 50, 1, 1)) == 9
    assert sizing.whole(sizing.one_in_use(100, 2, 50)) == 5


@given(amount, amount, amount, share)
def test_the_containers_cover_the_lead_time_and_one_less_does_not(d, lead, c, a):
    count = sizing.whole(sizing.toyota(d, lead, c, a))
    need = d * lead * (1 + a)
    assert count * c >= need or count * c == pytest.approx(need)
    assert count == 1 or (count - 1) * c < need


@given(amount, amount, st.integers(2, 50), share)
def test_a_container_sized_for_a_number_needs_that_number(d, lead, count, a):
    container = sizing.container_for(d, lead, count, 1 + a, 1)
    number = sizing.reorder_factor(d, lead, container, 1 + a, 1)
    assert abs(number - count) < exact(0.000001)


@given(amount, amount, st.floats(0.5, 0.999))
def test_more_service_takes_no_less_stock(deviation, lead, level):
    less = sizing.safety_stock(deviation, lead, 0.5)
    assert less == pytest.approx(0, abs=1e-9)
    assert sizing.safety_stock(deviation, lead, level) >= 0
