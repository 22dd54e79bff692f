"""Numbers of new accounts: properties that hold for any chart."""

from hypothesis import given
from hypothesis import strategies as st

from engine.chart import GROUP, free_code

codes = st.text("0123456789", min_size=3, max_size=6)


@given(codes, st.sets(codes, max_size=60))
def test_a_new_code_is_free_and_as_long_as_the_chart_s(anchor, taken):
    code = free_code(anchor, taken | {anchor})
    assert code not in taken | {anchor}
    assert len(code) == len(anchor)


@given(codes, st.sets(codes, max_size=8))
def test_it_stays_in_the_group_of_its_kind_while_there_is_room(anchor, taken):
    """Three digits leave room for ten: eight others cannot fill the group."""
    code = free_code(anchor, taken | {anchor})
    assert code[:GROUP] == anchor[:GROUP]


@given(st.text("0123456789", min_size=1, max_size=2))
def test_a_full_chart_has_no_code(anchor):
    width = len(anchor)
    every = {f"{number:0{width}}" for number in range(10**width)}
    assert free_code(anchor, every) is None


def test_letters_around_the_number_stay():
    assert free_code("10.01.08", {"10.01.08"}) == "10.01.09"
    assert free_code("101A", {"101A"}) == "102A"
    assert free_code("hello", {"hello"}) is None
