"""The history of a handling unit: the order of arrival decides nothing."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.handling_unit import Event, changes, in_order, settle
from engine.numbers import ZERO

quantities = st.decimals(min_value=0, max_value=2000, places=2)
kinds = st.sampled_from(["filling", "consumption", "consumption", "empty"])


@st.composite
def histories(draw):
    """What happened to one unit: each event once, several at the same moment."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 6), kinds, quantities, st.booleans()))
    )
    return [
        Event(key, moment, kind, ZERO if kind == "empty" else quantity, whole)
        for key, (moment, kind, quantity, whole) in enumerate(rows)
    ]


@st.composite
def deliveries(draw):
    """A history, and how it arrives: in any order, some of it twice."""
    history = draw(histories())
    again = draw(st.lists(st.sampled_from(history), max_size=5)) if history else []
    return history, draw(st.permutations(history + again))


def filled(events):
    return sum((e.quantity for e in events if e.kind == "filling"), ZERO)


@settings(max_examples=1000, deadline=None)
@given(deliveries())
def test_any_order_of_arrival_comes_to_the_same(delivery):
    history, arrived = delivery
    assert settle(arrived) == settle(in_order(history))


@settings(max_examples=1000, deadline=None)
@given(deliveries())
def test_corrections_one_by_one_come_to_the_same_and_never_overdraw(delivery):
    """Filled before all that is reported, as stock is that the books know."""
    history, arrived = delivery
    supply = filled(history)
    known, taken, inside = [Event(-1, -1, "filling", supply)], {}, supply
    for event in arrived:
        if event.kind == "filling":
            continue
        known.append(event)
        after = settle(known)
        for key, change in changes(taken, after).items():
            inside -= change
            assert ZERO <= inside <= supply
            taken[key] = taken.get(key, ZERO) + change
        assert {key: taken.get(key, ZERO) for key in after} == after


@given(histories())
def test_nothing_is_lost_and_nothing_is_made(events):
    result = settle(events)
    assert sum(result.values(), ZERO) <= filled(events)
    for event in events:
        if event.kind == "consumption":
            assert ZERO <= result[event.key] <= event.quantity
            if event.whole:
                assert result[event.key] in (ZERO, event.quantity)


@given(histories(), quantities)
def test_who_reported_empty_leaves_nothing_to_use(events, quantity):
    last = max((event.moment for event in events), default=0)
    known = [*events, Event("empty", last + 1, "empty")]
    late = Event("late", last + 2, "consumption", quantity)
    keys = [event for event in known if event.key != "empty"]
    renamed = [Event(f"{e.key:05}", *_rest(e)) for e in keys]
    assert settle([*renamed, known[-1], late])["late"] == ZERO


def _rest(event):
    return event.moment, event.kind, event.quantity, event.whole


@given(histories(), quantities)
def test_what_an_earlier_report_takes_the_residue_gives(events, quantity):
    """As long as the residue covers it, nobody else is concerned."""
    used = [e for e in events if e.kind != "empty"]
    whole = filled(used)
    start = [Event(-2, -1, "filling", whole + quantity)]
    rows = [e for e in used if e.kind == "consumption"]
    end = Event(10**6, 10, "empty")
    before = settle([*start, *rows, end])
    late = Event(10**5, 9, "consumption", quantity)
    after = settle([*start, *rows, late, end])
    found = changes(before, after)
    assert all(found[key] > ZERO for key in found if key == late.key)
    assert not {key for key in found if key not in (late.key, end.key)}
    assert sum(found.values(), ZERO) == ZERO


@settings(max_examples=1000, deadline=None)
@given(st.data())
def test_what_happened_at_one_moment_does_not_depend_on_arrival(data):
    """Keys say what arrived first; the tie says what each report was."""
    rows = data.draw(
        st.lists(
            st.tuples(st.integers(0, 2), kinds, quantities, st.booleans()), max_size=8
        )
    )
    found = []
    for arrived in (rows, data.draw(st.permutations(rows))):
        events = [
            Event(key, moment, kind, quantity, whole, (quantity, whole))
            for key, (moment, kind, quantity, whole) in enumerate(arrived)
        ]
        taken = settle(events)
        found.append(
            sorted(
                (event.moment, event.kind, event.tie, taken[event.key])
                for event in events
                if event.kind != "filling"
            )
        )
    assert found[0] == found[1]


def test_the_coil_of_the_worked_case():
    coil = [Event(0, 0, "filling", Decimal(10000))]
    first = Event(1, 1, "consumption", Decimal(4000))
    second = Event(2, 2, "consumption", Decimal(5500))
    empty = Event(3, 3, "empty")
    assert settle([*coil, first, second, empty])[3] == 500
    assert settle([*coil, empty, second, first, first])[3] == 500
    more = Event(2, 2, "consumption", Decimal(6200))
    assert settle([*coil, first, more, empty]) == {1: 4000, 2: 6000, 3: 0}
