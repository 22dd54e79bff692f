from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kit import apportion

CENT = Decimal("0.01")
totals = st.integers(-(10**9), 10**9).map(lambda cents: cents * CENT)
weights = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=8)


@settings(derandomize=True, max_examples=300)
@given(totals, weights)
def test_parts_sum_to_exactly_the_total(total, shares):
    assert sum(apportion(total, shares, CENT)) == total


@settings(derandomize=True, max_examples=300)
@given(totals, weights)
def test_no_part_is_off_by_more_than_a_cent(total, shares):
    whole = sum(shares)
    for part, weight in zip(apportion(total, shares, CENT), shares, strict=True):
        assert part % CENT == 0
        fair = weight / whole if whole else Decimal(1) / len(shares)
        assert abs(part - total * fair) <= CENT


@settings(derandomize=True, max_examples=300)
@given(totals, weights)
def test_a_credit_note_is_the_bill_with_the_opposite_sign(total, shares):
    bill, credit = (apportion(sign * total, shares, CENT) for sign in (1, -1))
    assert credit == [-part for part in bill]
