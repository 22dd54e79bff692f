import json
import math
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.message import EXPECTED, KEYS, TYPES, Message, Problem, read

NOW = datetime(2026, 3, 2, 12)
CODES = {
    "order": "WH/MO/00001",
    "operation": "Welding",
    "workcenter": "WELD-1",
    "product": "EUV-TYRE",
    "substitute": "EUV-TYRE-2",
    "lot": "L1",
    "hu": "340123451234567895",
    "uom": "Units",
    "reason": "Damaged",
}


def complete(kind="production", **changes):
    """A message of a type with all that it needs."""
    needed = {group[0] for group in TYPES[kind].needs}
    return {
        "source": "line-1",
        "external_id": "a1",
        "type": kind,
        "event_time": "2026-03-02T12:00:00+01:00",
        **{key: CODES[key] for key in needed & set(CODES)},
        **({"quantity": 2} if "quantity" in needed else {}),
        **changes,
    }


def problems(raw, **options):
    """``(code, key)`` of what is wrong."""
    found = read(raw, NOW, **options)
    assert not isinstance(found, Message), found
    return [(problem.code, problem.key) for problem in found]


def test_each_type_is_read_with_what_it_needs_and_refused_without():
    for kind, rule in TYPES.items():
        message = read(complete(kind), NOW)
        assert isinstance(message, Message), (kind, message)
        assert message.moment == datetime(2026, 3, 2, 11)
        for group in rule.needs:
            raw = complete(kind)
            for key in group:
                raw.pop(key, None)
            assert problems(raw) == [("missing_key", " or ".join(group))]
        foreign = sorted(KEYS - rule.keys)[0]
        value = True if foreign == "final" else CODES.get(foreign, 1)
        assert problems(complete(kind, **{foreign: value})) == [
            ("foreign_key", foreign)
        ]


def test_a_refusal_names_the_key_the_value_and_what_is_allowed():
    (problem,) = read(complete(quantity="ten"), NOW)
    assert (problem.code, problem.key, problem.value) == (
        *("wrong_value", "quantity"),
        "'ten'",
    )
    assert (problem.expected, problem.allowed) == ("number", str(10**12))
    (problem,) = read(complete(type="explosion"), NOW)
    assert problem.code == "unknown_type"
    assert "hu_mount" in problem.allowed
    (problem,) = read(complete(colour="red"), NOW)
    assert (problem.code, problem.key) == ("unknown_key", "'colour'")


def test_times_need_an_offset_or_a_zone_and_do_not_lie_ahead():
    assert problems(complete(event_time="2026-03-02T12:00:00")) == [
        ("no_offset", "event_time")
    ]
    zone = timezone(timedelta(hours=1))
    local = read(complete(event_time="2026-03-02 12:00"), NOW, zone)
    assert local.moment == datetime(2026, 3, 2, 11)
    assert problems(complete(event_time="2026-03-02T12:06:00Z")) == [
        ("future", "event_time")
    ]
    ahead = read(complete(event_time="2026-03-02T12:04:00Z"), NOW)
    assert ahead.moment == NOW
    for wrong in ("2026-02-30T12:00Z", "yesterday", "2026-03-02T12:00+99:00"):
        assert problems(complete(event_time=wrong)) == [("wrong_value", "event_time")]


def test_what_was_made_belongs_to_its_order_whatever_unit_it_goes_into():
    raw = complete(hu="340123451234567895")
    assert read(raw, NOW).stream == ("order", CODES["order"])
    raw = complete(hu="340123451234567895", reverses="a0")
    assert read(raw, NOW).stream == ("order", CODES["order"])
    raw.pop("order")
    assert problems(raw) == [("missing_key", "order")]
    used = read(complete("consumption", hu="340123451234567895"), NOW)
    assert used.stream == ("hu", "340123451234567895")


def test_a_unit_is_one_however_its_label_was_scanned():
    number = CODES["hu"]
    for scan in (number, f"00{number}", f"(00){number}", f"]C100{number}"):
        message = read(complete("hu_mount", hu=scan), NOW)
        assert message.stream == ("hu", number), scan
        assert message.values["hu"] == scan
    for other in ("COIL-7", f"00{number[:-1]}4", number[:-1]):
        assert read(complete("hu_mount", hu=other), NOW).stream == ("hu", other)


def test_a_reversal_says_where_it_belongs_and_not_what_was_said_before():
    raw = complete(reverses="a0")
    raw.pop("quantity")
    assert read(raw, NOW).stream == ("order", CODES["order"])
    raw.pop("order")
    assert problems(raw) == [("missing_key", "order")]
    assert problems(complete(reverses="a1")) == [("reverses_itself", "reverses")]


def test_the_same_content_has_the_same_digest():
    one = read(complete(quantity=2), NOW)
    for other in (
        complete(quantity=2.0),
        complete(event_time="2026-03-02T11:00:00Z"),
        complete(event_time="2026-03-02 12:00:00.3+0100", lot=None),
    ):
        assert read(other, NOW).digest == one.digest
    assert read(complete(quantity=3), NOW).digest != one.digest


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**300, 10**305),
    st.floats(),
    st.text(max_size=300),
    st.text(st.characters(categories=("Cs", "Cc", "Lu")), max_size=5),
    st.binary(max_size=5),
    st.datetimes(),
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.one_of(st.text(max_size=5), st.integers()), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def assert_understood(found):
    """A message that can be stored, or reasons that can be printed."""
    if isinstance(found, Message):
        text = json.dumps(found.values, ensure_ascii=False)
        assert "\\u0000" not in text
        text.encode()
        assert math.isfinite(found.values.get("quantity", 1))
        assert found.moment <= NOW
        assert len(found.digest) == 64
        kind, code = found.stream
        assert kind in ("hu", "order") and code
    else:
        assert found
        for problem in found:
            assert isinstance(problem, Problem) and problem.code
            assert problem.expected in ("", *EXPECTED)
            words = f"{problem.key} {problem.value} {problem.allowed}"
            assert words.isprintable() and words.isascii() or "…" in words
            assert len(words) < 2000


@settings(max_examples=800, deadline=None)
@given(anything)
def test_whatever_is_sent_there_is_a_reason(raw):
    assert_understood(read(raw, NOW))


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(sorted(TYPES)),
    st.dictionaries(st.sampled_from(sorted(KEYS)), anything, max_size=4),
    st.sets(st.sampled_from(sorted(KEYS)), max_size=2),
)
def test_a_message_with_some_keys_spoilt_or_left_out(kind, spoilt, left_out):
    raw = {**complete(kind), **spoilt}
    for key in left_out:
        raw.pop(key, None)
    assert_understood(read(raw, NOW))


@settings(max_examples=800, deadline=None)
@given(
    st.text(max_size=40)
    | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
)
def test_whatever_stands_for_a_time(text):
    assert_understood(read(complete(event_time=text), NOW))
