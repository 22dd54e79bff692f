from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.validity import revaluations, since

DAYS = st.integers(0, 20)
MONEY = st.decimals(-1000, 1000, places=4, allow_nan=False)
PRICES = st.decimals(0, 1000, places=4, allow_nan=False)
STEPS = st.dictionaries(DAYS, PRICES, min_size=1).map(lambda d: sorted(d.items()))


def price_on(steps, day):
    """The price of a day, found the slow way."""
    past = [price for start, price in steps if start <= day]
    return past[-1] if past else steps[0][1]


@given(STEPS, DAYS, DAYS)
def test_every_later_day_has_the_price_that_it_had(steps, day, later):
    if later >= day:
        assert price_on(since(steps, day), later) == price_on(steps, later)


@given(STEPS, DAYS, DAYS, MONEY, MONEY)
def test_at_the_end_of_every_day_it_is_worth_the_price_of_that_day(
    steps, day, later, quantity, booked
):
    if later < day:
        return
    changes = revaluations(quantity, booked, since(steps, day))
    so_far = sum((value for when, value in changes if when <= later), Decimal(0))
    assert booked + so_far == quantity * price_on(steps, later)


@given(STEPS, DAYS, MONEY)
def test_what_is_taken_away_leaves_nothing(steps, day, quantity):
    path = since(steps, day)
    booked = quantity * path[0][1]
    there = revaluations(quantity, booked, path)
    back = revaluations(-quantity, -booked, path)
    assert [(when, -value) for when, value in there] == back
