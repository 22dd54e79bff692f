"""Numbers of handling units with check digits (GS1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sscc import check_digit, is_valid, last_serial, make, read

prefixes = st.text("0123456789", min_size=4, max_size=12)
serials = st.integers(0, 9_999)
extensions = st.integers(0, 9)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("10614141234567890", 8),
        ("00614141123456789", 0),
        ("34012345123456789", 5),
    ],
)
def test_check_digits_of_gs1(digits, expected):
    assert check_digit(digits) == expected


@given(prefixes, serials, extensions)
def test_what_is_made_is_read(prefix, serial, extension):
    code = make(prefix, serial, extension)
    assert len(code) == 18 and is_valid(code)
    for scan in (code, f"00{code}", f"]C100{code}", f"(00){code}\x1d", f" {code} "):
        assert read(scan) == code


@given(prefixes, serials, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(prefix, serial, place, offset):
    code = make(prefix, serial)
    wrong = str((int(code[place]) + offset) % 10)
    assert not is_valid(code[:place] + wrong + code[place + 1 :])


@given(prefixes, serials, serials)
def test_each_number_has_a_code_of_its_own(prefix, one, other):
    assert (make(prefix, one) == make(prefix, other)) == (one == other)


@given(st.text(max_size=40))
def test_anything_can_be_scanned(scan):
    found = read(scan)
    assert found is None or is_valid(found)


@pytest.mark.parametrize(
    ("prefix", "serial", "extension"),
    [
        ("0614141", 10**9, 0),
        ("0614141", -1, 0),
        ("0614141", 1, 10),
        ("061", 1, 0),
        ("0614141000123", 1, 0),
        ("12abcdef", 1, 0),
        ("", 1, 0),
    ],
)
def test_what_does_not_fit_is_refused(prefix, serial, extension):
    with pytest.raises(ValueError):
        make(prefix, serial, extension)


@given(prefixes, extensions)
def test_the_last_number_of_a_prefix_is_the_last(prefix, extension):
    last = last_serial(prefix)
    assert is_valid(make(prefix, last, extension))
    with pytest.raises(ValueError):
        make(prefix, last + 1, extension)
