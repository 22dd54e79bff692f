"""When something was at a place."""

from hypothesis import given
from hypothesis import strategies as st

from engine.window import Window, windows

moments = st.integers(0, 50)
spans = st.tuples(moments, st.none() | moments).map(
    lambda pair: Window(pair[0], None if pair[1] is None else pair[0] + pair[1])
)
events = st.lists(st.tuples(moments, st.sampled_from("ab"), st.booleans())).map(sorted)


@given(spans, spans)
def test_both_meet_or_neither(one, other):
    assert one.meets(other) == other.meets(one)


@given(spans)
def test_everything_meets_itself(span):
    assert span.meets(span)


@given(events)
def test_one_window_ends_before_the_next_begins(history):
    for found in windows(history).values():
        for one, other in zip(found, found[1:], strict=False):
            assert one.end is not None and one.end <= other.start


@given(events)
def test_only_who_came_was_there(history):
    came = {key for _moment, key, is_here in history if is_here}
    assert set(windows(history)) == came
