from hypothesis import given
from hypothesis import strategies as st

from engine.queue import flow, outgrows

counts = st.lists(st.integers(0, 20), min_size=1, max_size=40)


@given(counts, counts, counts, st.integers(0, 50))
def test_each_day_ends_where_the_next_begins(made, resolved, written_off, before):
    days = list(range(len(made)))
    resolved, written_off = (
        dict(zip(days, some, strict=False)) for some in (resolved, written_off)
    )
    made = dict(zip(days, made, strict=True))
    now = before + sum(made.values())
    now -= sum(resolved.values()) + sum(written_off.values())
    backlog = before
    for row in flow(days, made, resolved, written_off, now):
        backlog += row.made - row.resolved - row.written_off
        assert row.open == backlog


@given(counts)
def test_a_write_off_does_not_make_a_queue_shrink(made):
    days = list(range(len(made)))
    made = dict(zip(days, made, strict=True))
    recent = sum(list(made.values())[-7:])
    rows = flow(days, made, {}, made, 1)
    assert outgrows(rows) == (recent >= 5)


def test_what_is_worked_off_as_fast_as_it_comes_does_not_outgrow():
    rows = flow([1, 2, 3], {1: 9, 2: 9, 3: 9}, {1: 9, 2: 8, 3: 9}, {}, 30)
    assert not outgrows(rows)
