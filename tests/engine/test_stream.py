from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stream import Queued, end_of_run, next_step

NOON = datetime(2026, 3, 2, 12)
PATIENCE = timedelta(minutes=5)


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def numbered(number, received=0, **vals):
    return Queued(number, number, at(number), at(received), **vals)


def test_a_hole_is_waited_for_and_then_named():
    queue = [numbered(5, 1), numbered(4, 2)]
    step = next_step(queue, 1, at(2), PATIENCE)
    assert (step.action, step.until) == ("wait", at(6))
    step = next_step(queue, 1, at(6), PATIENCE)
    assert (step.action, step.key, step.missing) == ("gap", 4, (2, 3))
    queue.append(numbered(2, 7))
    assert next_step(queue, 1, at(7), PATIENCE).key == 2


@given(st.integers(0, 9), st.sets(st.integers(1, 12)))
def test_what_is_decided_closes_its_own_place_alone(reached, decided):
    end = end_of_run(reached, decided)
    assert set(range(reached + 1, end + 1)) <= decided
    assert end + 1 not in decided


def test_who_was_freed_goes_first_and_a_late_one_is_not_held():
    queue = [numbered(5, is_free=True), numbered(7)]
    assert next_step(queue, 1, NOON, PATIENCE).key == 5
    late = [numbered(3), numbered(6)]
    assert next_step(late, 5, NOON, PATIENCE).key == 3


def test_an_empty_without_a_number_waits_for_consumptions():
    empty = Queued("empty", None, at(0), at(0), is_last=True)
    use = Queued("use", None, at(-3), at(2))
    assert next_step([empty], 0, at(1), PATIENCE).until == at(5)
    assert next_step([empty, use], 0, at(2), PATIENCE).key == "use"
    assert next_step([empty], 0, at(5), PATIENCE).key == "empty"


def test_what_happened_at_one_moment_runs_by_its_own_number():
    """Whichever arrived first."""
    for received in ((1, 2), (2, 1)):
        queue = [
            Queued(name, None, at(0), at(when), tie=name)
            for name, when in zip(("a", "b"), received, strict=True)
        ]
        assert next_step(queue, 0, at(3), PATIENCE).key == "a"


def test_what_needs_another_message_waits_for_it():
    back = Queued("back", None, at(0), at(0), awaited=True)
    assert next_step([back], 0, at(1), PATIENCE).action == "wait"
    step = next_step([back], 0, at(9), PATIENCE)
    assert (step.action, step.missing) == ("gap", ())
    assert next_step([], 0, NOON, PATIENCE).action == "idle"


@st.composite
def deliveries(draw):
    """Numbers of one stream in the order and the batches in which they arrive.

    With repetitions, which the inbox has sorted out before.
    """
    total = draw(st.integers(1, 12))
    order = draw(st.permutations(range(1, total + 1)))
    cuts = sorted(draw(st.sets(st.integers(0, total), max_size=4)) | {0, total})
    return total, [order[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]


@settings(max_examples=1000, deadline=None)
@given(deliveries())
def test_whatever_the_order_of_arrival_the_effect_is_in_order(delivery):
    total, batches = delivery
    queue, effect, reached = [], [], 0
    for minute, batch in enumerate(batches):
        now = NOON + timedelta(seconds=minute)
        queue += [Queued(n, n, NOON, now, place=n) for n in batch]
        while (step := next_step(queue, reached, now, PATIENCE)).action == "run":
            queue = [item for item in queue if item.key != step.key]
            effect.append(step.key)
            reached = max(reached, step.key)
        assert step.action in ("wait", "idle")
    assert effect == list(range(1, total + 1))


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.builds(
            Queued,
            st.uuids(),
            st.none() | st.integers(1, 6),
            st.integers(0, 9).map(at),
            st.integers(0, 9).map(at),
            st.integers(0, 3),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        ),
        max_size=8,
    ),
    st.integers(0, 6),
    st.integers(0, 30).map(at),
)
def test_there_is_always_a_next_step_and_waiting_ends(queue, reached, now):
    step = next_step(queue, reached, now, PATIENCE)
    assert (step.action == "idle") == (not queue)
    if step.action == "wait":
        assert now < step.until <= now + timedelta(minutes=20)
        later = next_step(queue, reached, step.until, PATIENCE)
        assert later.action in ("run", "gap")
    if step.action in ("run", "gap"):
        assert step.key in {item.key for item in queue}
