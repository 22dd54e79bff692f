"""When something was at a place."""

from hypothesis import given
from hypothesis import strategies as st

from engine.window import Window, merged, stays

moments = st.integers(0, 50)
spans = st.tuples(moments, st.none() | moments).map(
    lambda pair: Window(pair[0], None if pair[1] is None else pair[0] + pair[1])
)
places = st.none() | st.sampled_from("ab")
events = st.lists(st.tuples(moments, places)).map(
    lambda found: sorted(found, key=lambda event: event[0])
)


@given(spans, spans)
def test_both_meet_or_neither(one, other):
    assert one.meets(other) == other.meets(one)


@given(spans)
def test_everything_meets_itself(span):
    assert span.meets(span)


@given(events)
def test_one_stay_ends_before_the_next_begins_wherever_it_is(history):
    found = [stay for place in stays(history).values() for stay in place]
    found.sort(key=lambda stay: (stay.start, stay.end is None, stay.end))
    for one, other in zip(found, found[1:], strict=False):
        assert one.end is not None and one.end <= other.start


@given(events)
def test_it_was_only_where_it_arrived(history):
    assert set(stays(history)) == {place for _moment, place in history} - {None}


@given(events)
def test_it_is_where_it_arrived_last(history):
    last = history[-1][1] if history else None
    still = [place for place, found in stays(history).items() if found[-1].end is None]
    assert still == [last][: last is not None]


@given(st.lists(spans), moments)
def test_merged_windows_hold_the_same_moments_apart_from_each_other(some, moment):
    found = merged(some)
    assert any(w.holds(moment) for w in some) == any(w.holds(moment) for w in found)
    for one, other in zip(found, found[1:], strict=False):
        assert not one.meets(other)
