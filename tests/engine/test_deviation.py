from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.deviation import explain

quantities = st.decimals(-1000, 1000, places=3)
documents = st.lists(quantities, max_size=6)


@settings(derandomize=True, max_examples=500)
@given(quantities, documents)
def test_no_document_explains_more_than_it_says(difference, recorded):
    used = explain(difference, recorded)
    assert len(used) == len(recorded)
    for part, quantity in zip(used, recorded, strict=True):
        assert min(quantity, 0) <= part <= max(quantity, 0)


@settings(derandomize=True, max_examples=500)
@given(documents)
def test_what_was_reported_as_recorded_is_explained_in_full(recorded):
    assert explain(sum(recorded, Decimal(0)), recorded) == tuple(recorded)


@settings(derandomize=True, max_examples=500)
@given(quantities, documents)
def test_the_explanation_comes_as_near_to_the_report_as_it_can(difference, recorded):
    explained = sum(explain(difference, recorded), Decimal(0))
    most = sum((n for n in recorded if n > 0), Decimal(0))
    least = sum((n for n in recorded if n < 0), Decimal(0))
    assert explained == min(max(difference, least), most)


@pytest.mark.parametrize(
    ("difference", "recorded", "expected"),
    [
        (3, (3,), (3,)),  # scrapped 3, used 3 more
        (5, (3,), (3,)),  # 2 more than anybody recorded
        (2, (3,), (2,)),  # less than was recorded
        (0, (3,), (0,)),
        (-1, (-1,), (-1,)),
        (-3, (-1,), (-1,)),
        (2, (3, -1), (3, -1)),  # scrapped 3, saved 1
        (-2, (3, -1), (0, -1)),
        (4, (3, -1), (3, 0)),
        (4, (3, 3), (3, 1)),  # the younger document gives way
    ],
)
def test_what_the_shop_floor_records(difference, recorded, expected):
    used = explain(Decimal(difference), [Decimal(n) for n in recorded])
    assert used == tuple(map(Decimal, expected))
