"""What a message of a machine may look like: data in, a value or problems out.

Nothing here knows what a code stands for: a code can be created after the message that
names it. What cannot be a message whatever the state of the plant is refused by key,
value and what is allowed, and nothing that a client sends raises.
"""

import hashlib
import json
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from .numbers import is_number
from .sscc import read as read_sscc

#: Messages in one call; characters of all texts of one message.
MOST_MESSAGES = 1000
MOST_CHARACTERS = 8192
MOST_QUANTITY = 10**12
MOST_NUMBER = 2**31 - 1
FIRST_YEAR = 2000

#: Keys whose value is a text, with the most characters that it may have.
TEXTS = {
    "source": 64,
    "external_id": 128,
    "type": 32,
    "event_time": 40,
    "order": 64,
    "operation": 128,
    "workcenter": 64,
    "product": 64,
    "substitute": 64,
    "lot": 64,
    "hu": 64,
    "position": 64,
    "uom": 32,
    "reason": 256,
    "reverses": 128,
}
#: What every message can carry, and what every message has to.
ALWAYS = ("source", "external_id", "type", "event_time")
COMMON = (*ALWAYS, "sequence_number", "reverses", "reason")


@dataclass(frozen=True)
class Kind:
    """What a type of message needs besides, and what it may carry.

    :param needs: groups of keys; one key of each group has to be there
    """

    needs: tuple
    may: tuple = ()

    @property
    def keys(self):
        """All keys of the type."""
        return {*COMMON, *self.may, *(key for group in self.needs for key in group)}


TYPES = {
    "production": Kind(
        (("order",), ("quantity",)),
        ("uom", "lot", "product", "workcenter", "hu", "final"),
    ),
    "consumption": Kind(
        (("order",), ("quantity",), ("hu", "product")),
        ("uom", "lot", "operation", "workcenter"),
    ),
    "scrap": Kind(
        (("order",), ("quantity",), ("reason",)),
        ("uom", "product", "operation", "workcenter"),
    ),
    "substitution": Kind(
        (("order",), ("product",), ("substitute",)), ("quantity", "uom")
    ),
    "hu_mount": Kind((("hu",), ("workcenter",)), ("position",)),
    "hu_unmount": Kind((("hu",),), ("workcenter",)),
    "hu_empty": Kind((("hu",), ("reason",)), ("workcenter",)),
    "hu_return": Kind((("hu",),), ("workcenter",)),
    "operation_start": Kind((("order",), ("operation", "workcenter"))),
    "operation_finish": Kind(
        (("order",), ("operation", "workcenter")), ("quantity", "uom")
    ),
}
#: Types whose messages belong to their order, whatever unit they name.
BY_ORDER = ("production",)
#: Kinds of values; the words are the caller's.
EXPECTED = ("number", "whole_number", "boolean", "text", "time", "year")
KEYS = {*TEXTS, "sequence_number", "quantity", "final"}


@dataclass(frozen=True)
class Problem:
    """Why something is no message.

    :param code: what is wrong; the words are the caller's
    :param key: key of the message that it is about, if any
    :param value: what stands there, in words that can be printed
    :param allowed: what may stand there, as codes, or a limit
    :param expected: which kind of value may stand there (``EXPECTED``); ``allowed`` is
        its limit then
    """

    code: str
    key: str = ""
    value: str = ""
    allowed: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Message:
    """A message that can be stored.

    :param values: what was sent under known keys, the time in UTC
    :param moment: when it happened: UTC, without an offset
    """

    values: dict
    moment: datetime

    @property
    def stream(self):
        """``(kind, code)`` of what it is about: the handling unit, else the order.

        >>> Message({"order": "WH/MO/1", "hu": "C1"}, None).stream
        ('hu', 'C1')

        However it was scanned, a handling unit is one:

        >>> Message({"hu": "]C100106141412345678908"}, None).stream
        ('hu', '106141412345678908')
        """
        if _is_about_unit(self.values):
            return "hu", unit_code(self.values["hu"])
        return "order", self.values["order"]

    @property
    def digest(self):
        """The same for the same content, however it was written.

        >>> Message({"a": 1, "b": 2.0}, 0).digest == Message({"b": 2, "a": 1}, 0).digest
        True
        """
        plain = {
            key: float(value) if is_number(value) else value
            for key, value in self.values.items()
        }
        text = json.dumps(plain, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read(raw, now, zone=None, skew=timedelta(minutes=5)):
    """Understand what a client sent.

    :param raw: anything
    :param now: the server's time, UTC without an offset
    :param zone: time zone of times without an offset; None: they are refused
    :param skew: how far the client's clock may be ahead; what happened within it is
        taken as happening now
    :return: a :class:`Message`, or a tuple of :class:`Problem`
    """
    if not isinstance(raw, dict):
        return (Problem("not_an_object", value=shown(raw)),)
    given = {key: value for key, value in raw.items() if value is not None}
    unknown = [key for key in given if not isinstance(key, str) or key not in KEYS]
    if unknown:
        allowed = ", ".join(sorted(KEYS))
        return tuple(
            Problem("unknown_key", shown(key), allowed=allowed) for key in unknown[:10]
        )
    problems = [
        problem for key, value in given.items() if (problem := _problem(key, value))
    ]
    if not problems:
        problems = _missing(given) or _too_large(given)
    if problems:
        return tuple(problems)
    moment = _moment(given["event_time"], zone)
    if isinstance(moment, Problem):
        return (moment,)
    if moment > now + skew:
        value = f"{given['event_time']}"
        return (Problem("future", "event_time", value, f"{now.isoformat()}Z"),)
    return Message({**given, "event_time": f"{moment.isoformat()}Z"}, min(moment, now))


def unit_code(code):
    """The number of a handling unit: its SSCC where one was scanned, else as sent.

    >>> unit_code("(00)106141412345678908"), unit_code("COIL-7")
    ('106141412345678908', 'COIL-7')
    """
    return read_sscc(code) or code


def shown(value, most=60):
    """Anything a client can send, short, printable, and the same in every language.

    >>> shown("a" * 100, 10), shown([1, 2]), shown({}), shown(b"x"), shown(-(10**70))
    ("'aaaaaaaaaa…'", '[…]', '{…}', '<bytes>', '-~10**70')
    """
    if isinstance(value, str):
        text = value[:most].encode("ascii", "backslashreplace").decode()
        text = "".join(sign if sign.isprintable() else "?" for sign in text)
        return f"'{text}{'…' if len(value) > most else ''}'"
    if isinstance(value, bool | float) or value is None:
        return repr(value)
    if isinstance(value, int):
        return repr(value) if value.bit_length() < 200 else _magnitude(value)
    shapes = {list: "[…]", tuple: "[…]", dict: "{…}"}
    return shapes.get(type(value), f"<{type(value).__name__}>")


def _magnitude(value):
    """How large a number is that is too long to be written out."""
    power = round(value.bit_length() * math.log10(2))
    return f"{'-' if value < 0 else ''}~10**{power}"


def _problem(key, value):
    """What is wrong with one value by itself; None: nothing."""
    if key == "quantity":
        fits = is_number_within(value, MOST_QUANTITY) and value > 0
        expected, limit = "number", str(MOST_QUANTITY)
    elif key == "sequence_number":
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        fits = is_whole and 1 <= value <= MOST_NUMBER
        expected, limit = "whole_number", str(MOST_NUMBER)
    elif key == "final":
        fits = isinstance(value, bool)
        expected, limit = "boolean", ""
    else:
        fits = _is_text(value, TEXTS[key])
        expected, limit = "text", str(TEXTS[key])
    if fits:
        if key == "type" and value not in TYPES:
            return Problem("unknown_type", key, shown(value), ", ".join(TYPES))
        return None
    return Problem("wrong_value", key, shown(value), limit, expected)


def is_number_within(value, most):
    """Whether ``value`` is a finite number of at most ``most`` either way.

    >>> is_number_within(10**400, 10), is_number_within(2.5, 10)
    (False, True)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return -most <= value <= most
    return is_number(value) and -most <= value <= most


def _is_text(value, most):
    """Whether ``value`` can be stored, searched, and sent back."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= most
        and value == value.strip()
        and value.isprintable()
        and not any("\ud800" <= sign <= "\udfff" for sign in value)
    )


def _missing(given):
    """Keys that are not there, and keys that do not belong to the type."""
    problems = [Problem("missing_key", key) for key in ALWAYS if key not in given]
    kind = TYPES.get(given.get("type"))
    if problems or not kind:
        return problems
    if "reverses" in given:
        # What is taken back is known; where it belongs has to be said.
        needs = (("hu",),) if _is_about_unit(given) else (kind.needs[0],)
    else:
        needs = kind.needs
    for group in needs:
        if not any(key in given for key in group):
            problems.append(Problem("missing_key", " or ".join(group)))
    foreign = [key for key in given if key not in kind.keys]
    allowed = ", ".join(sorted(kind.keys))
    problems += [Problem("foreign_key", key, allowed=allowed) for key in foreign]
    if given.get("reverses") == given["external_id"]:
        problems.append(Problem("reverses_itself", "reverses"))
    return problems


def _is_about_unit(values):
    """Whether a message takes its turn among those of a handling unit."""
    return "hu" in values and values.get("type") not in BY_ORDER


def _too_large(given):
    """A message is a few short texts."""
    size = sum(len(value) for value in given.values() if isinstance(value, str))
    if size > MOST_CHARACTERS:
        return [Problem("too_large", value=str(size), allowed=str(MOST_CHARACTERS))]
    return []


_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def _moment(text, zone):
    """The time in UTC without an offset and below a second, or what is wrong.

    >>> _moment("2026-03-02T06:30:00.5+01:00", None)
    datetime.datetime(2026, 3, 2, 5, 30)
    """
    about, example = ("event_time", shown(text)), "2026-03-02T06:30:00+01:00"
    found = _TIME.fullmatch(text)
    if not found:
        return Problem("wrong_value", *about, example, "time")
    *numbers, offset = found.groups()
    if offset is None and zone is None:
        return Problem("no_offset", *about, example, "time")
    try:
        local = datetime(*(int(number or 0) for number in numbers))
        moment = local.replace(tzinfo=_offset(offset) if offset else zone)
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return Problem("wrong_value", *about, example, "time")
    if moment.year < FIRST_YEAR:
        return Problem("wrong_value", *about, str(FIRST_YEAR - 1), "year")
    return moment


def _offset(text):
    """A time zone of a fixed offset."""
    if text == "Z":
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59 or hours > 14:
        raise ValueError(text)
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if text[0] == "-" else size)
