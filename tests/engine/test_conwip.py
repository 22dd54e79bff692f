from hypothesis import given
from hypothesis import strategies as st

from engine.conwip import Job, admit

LINES = ("paint", "weld", "test")
load = st.decimals(min_value=0, max_value=20, places=1)
loads = st.dictionaries(st.sampled_from(LINES), load)
rooms = st.fixed_dictionaries(
    {line: st.decimals(min_value=-5, max_value=40, places=1) for line in LINES}
)


def _jobs(lists):
    return [Job(number, needs) for number, needs in enumerate(lists)]


@given(st.lists(loads), rooms)
def test_nothing_is_released_beyond_a_limit(lists, room):
    jobs = _jobs(lists)
    fit, waiting = admit(jobs, room)
    assert sorted([*fit, *waiting]) == [job.key for job in jobs]
    for line in LINES:
        released = sum(lists[key].get(line, 0) for key in fit)
        assert released <= max(room[line], 0)


@given(st.lists(loads), rooms)
def test_nobody_overtakes_where_somebody_waits(lists, room):
    fit, waiting = admit(_jobs(lists), room)
    for key, limits in waiting.items():
        for line in limits:
            assert not [late for late in fit if late > key and line in lists[late]]


@given(st.lists(loads, min_size=1), rooms)
def test_who_comes_first_and_fits_is_released(lists, room):
    fit, _waiting = admit(_jobs(lists), room)
    fits = all(room[line] >= need for line, need in lists[0].items())
    assert (0 in fit) == fits
