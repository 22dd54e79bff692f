from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.numbers import ZERO
from engine.packing import OPEN, pack, units_needed

quantities = st.decimals(min_value="0.01", max_value=500, places=2)
sizes = st.decimals(min_value=1, max_value=100, places=2)


def contents(parts):
    """``{unit: quantity}``."""
    found = {}
    for _key, quantity, number in parts:
        found[number] = found.get(number, ZERO) + quantity
    return found


@given(st.lists(quantities, max_size=6), sizes, st.decimals(0, 100, places=2))
def test_all_of_it_is_packed_and_only_the_last_unit_is_not_full(made, size, room):
    rows = list(enumerate(made))
    parts = pack(rows, size, room)
    for key, quantity in rows:
        assert sum((q for k, q, _n in parts if k == key), ZERO) == quantity
    found = contents(parts)
    assert found.pop(OPEN, ZERO) == min(room, sum(made, ZERO))
    assert sorted(found) == list(range(1, len(found) + 1))
    assert len(found) == units_needed(max(sum(made, ZERO) - room, ZERO), size)
    assert all(found[number] == size for number in sorted(found)[:-1])
    assert all(ZERO < quantity <= size for quantity in found.values())


@given(st.integers(0, 60), st.integers(1, 9), st.integers(0, 9))
def test_a_serial_number_stays_in_one_piece(pieces, size, room):
    rows = [(number, Decimal(1)) for number in range(pieces)]
    parts = pack(rows, Decimal(size), Decimal(room), is_whole=True)
    assert [(key, quantity) for key, quantity, _number in parts] == rows
    found = contents(parts)
    assert found.pop(OPEN, ZERO) == min(room, pieces)
    assert all(quantity <= size for quantity in found.values())


def test_without_a_size_everything_goes_into_the_unit_that_is_named():
    assert pack([("a", Decimal(7))]) == [("a", Decimal(7), OPEN)]
    assert pack([], Decimal(4)) == []
