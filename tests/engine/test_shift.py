from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.shift import Shift, overlapping, shift_day

minutes = st.integers(0, 24 * 60 - 1)
shifts = st.lists(st.tuples(minutes, minutes), max_size=4).map(
    lambda spans: [Shift(key, *span) for key, span in enumerate(spans)]
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))


@settings(derandomize=True, max_examples=300)
@given(shifts, moments)
def test_an_event_belongs_to_its_day_or_the_day_before(plan, moment):
    key, day = shift_day(plan, moment)
    assert moment.date() - day in (timedelta(0), timedelta(1))
    if key is None:
        assert day == moment.date()


@settings(derandomize=True, max_examples=300)
@given(minutes, minutes, moments)
def test_all_of_one_shift_is_booked_on_the_day_it_began(start, length, moment):
    shift = Shift("only", start, (start + length) % (24 * 60))
    began = moment.replace(hour=start // 60, minute=start % 60, second=0, microsecond=0)
    for minute in {0, length // 2, max(length - 1, 0)}:
        if length:
            found = shift_day([shift], began + timedelta(minutes=minute))
            assert found == ("only", began.date())


def test_three_shifts_cover_the_day():
    plan = [
        Shift("early", 360, 840),
        Shift("late", 840, 1320),
        Shift("night", 1320, 360),
    ]
    day = datetime(2026, 3, 2)
    found = [shift_day(plan, day + timedelta(hours=hour))[0] for hour in range(24)]
    assert found == ["night"] * 6 + ["early"] * 8 + ["late"] * 8 + ["night"] * 2


@settings(derandomize=True, max_examples=500)
@given(shifts)
def test_shifts_overlap_where_one_minute_lies_in_two_of_them(plan):
    pair = overlapping(plan)
    doubled = any(
        sum(shift.contains(minute) for shift in plan) > 1 for minute in range(24 * 60)
    )
    assert bool(pair) == doubled
    if pair:
        one, other = (plan[key] for key in pair)
        assert any(
            one.contains(minute) and other.contains(minute) for minute in range(24 * 60)
        )
