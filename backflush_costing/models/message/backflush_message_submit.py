import json
from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL, LazyTranslate

from ...engine.message import MOST_MESSAGES, Message, Problem, read, shown

_lt = LazyTranslate(__name__)

INTEGRATION = "backflush_costing.group_integration"
#: Columns of a stored message, in the order of the rows.
COLUMNS = (
    *("source_id", "company_id", "external_id", "type", "state", "active"),
    *("stream_id", "sequence_number", "position", "date_event", "date_received"),
    *("payload", "digest", "reverses", "user_id", "conflict_of_id", "attempts"),
    *("is_gap", "is_free", "create_uid", "create_date", "write_uid", "write_date"),
)
#: What makes a message, or a refused one, the same as another.
SAME_NUMBER = SQL("(source_id, external_id) WHERE conflict_of_id IS NULL")
SAME_CONFLICT = SQL("(conflict_of_id, digest) WHERE conflict_of_id IS NOT NULL")
REASONS = {
    "not_a_list": _lt("A list of messages is expected, not %(value)s."),
    "too_many": _lt("%(value)s messages in one call; at most %(allowed)s are taken."),
    "not_an_object": _lt("A message is an object of keys and values, not %(value)s."),
    "unknown_key": _lt("Unknown key %(key)s. Known: %(allowed)s."),
    "foreign_key": _lt(
        "Key '%(key)s' does not belong to this type. It has: %(allowed)s."
    ),
    "missing_key": _lt("Key '%(key)s' is missing."),
    "unknown_type": _lt("Unknown type %(value)s. Known: %(allowed)s."),
    "wrong_value": _lt("'%(key)s' is %(value)s; expected: %(allowed)s."),
    "no_offset": _lt(
        "'%(key)s' is %(value)s, without an offset, and the source has no "
        "time zone; expected: %(allowed)s."
    ),
    "future": _lt(
        "'%(key)s' is %(value)s: it lies in the future (now: %(allowed)s). "
        "Check the sender's clock."
    ),
    "too_large": _lt("%(value)s characters; a message has at most %(allowed)s."),
    "reverses_itself": _lt("'%(key)s' names the message itself."),
    "unknown_source": _lt(
        "No source has the code %(value)s in your company. An "
        "administrator creates it under Backflush, Configuration."
    ),
    "other_content": _lt(
        "%(value)s was sent before with another content. What was "
        "sent first stands; send a correction under a new number."
    ),
}
#: What may stand somewhere, by ``engine.message.EXPECTED``.
EXPECTED = {
    "number": _lt("a number above 0, at most %(limit)s"),
    "whole_number": _lt("a whole number from 1 to %(limit)s"),
    "boolean": _lt("true or false"),
    "text": _lt(
        "a text of 1 to %(limit)s printable characters, without spaces around it"
    ),
    "time": _lt("ISO 8601 with an offset, as %(limit)s"),
    "year": _lt("a time after the year %(limit)s"),
}


class BackflushMessage(models.Model):
    """The inbox: what is understood is stored, and answered only then.

    The answer leaves the server after the commit of the call. Who gets none (the
    connection broke, the server was killed, the commit failed) sends again: what was
    stored is answered as a duplicate, what was not is stored then.
    """

    _inherit = "backflush.message"

    @api.model
    def submit(self, messages):
        """Store messages; they are carried out in the background.

        :param list messages: dictionaries, see docs/integration.md; at most 1,000
        :return: one dictionary per message, in the same order: ``external_id``,
            ``status`` (``accepted``, ``duplicate``, ``rejected``), ``code`` and
            ``reason`` of a rejection, else empty
        :raises AccessError: without the role Integration; never for what is sent
        """
        self.env["backflush.error"]._check_role(INTEGRATION)
        if not isinstance(messages, list | tuple):
            return [
                self._answer_problems(
                    None, [Problem("not_a_list", "", shown(messages))]
                )
            ]
        if len(messages) > MOST_MESSAGES:
            problem = Problem("too_many", "", str(len(messages)), str(MOST_MESSAGES))
            return [self._answer_problems(raw, [problem]) for raw in messages]
        answers, understood = [None] * len(messages), defaultdict(dict)
        sources = self._submit_sources(messages)
        now = fields.Datetime.now()
        for place, raw in enumerate(messages):
            source, found = self._read(raw, sources, now)
            if isinstance(found, Message):
                understood[source][place] = found
            else:
                answers[place] = self._answer_problems(raw, found)
        streams = set()
        for source in sorted(understood, key=lambda source: source.id):
            stored = self.sudo()._store(source, understood[source], now)
            streams |= stored.pop("streams")
            for place, answer in stored.items():
                answers[place] = answer
        self.sudo()._wake(len(streams))
        return answers

    # -- understanding ------------------------------------------------------------

    def _submit_sources(self, messages):
        """``{code: source}`` of what the messages name; see :meth:`_known_sources`."""
        codes = {
            raw["source"]
            for raw in messages
            if isinstance(raw, dict) and isinstance(raw.get("source"), str)
        }
        return self._known_sources(codes)

    @api.model
    def _known_sources(self, codes):
        """``{code: source}`` of the caller's companies, the present one first.

        :param codes: texts of any kind
        """
        codes = [code for code in codes if code.isprintable()]
        own = self.env.company
        found = self.env["backflush.message.source"].sudo()
        found = found.search(
            [("code", "in", codes), ("company_id", "in", self.env.companies.ids)]
        ).sorted(lambda s: (not s.active, s.company_id != own, s.company_id.id))
        sources = {}
        for source in found:
            sources.setdefault(source.code, source)
        return sources

    def _read(self, raw, sources, now):
        """``(source, message or problems)`` of one thing that was sent."""
        code = raw.get("source") if isinstance(raw, dict) else None
        source = sources.get(code) if isinstance(code, str) else None
        zone, skew = None, timedelta(minutes=5)
        if source:
            zone = ZoneInfo(source.tz) if source.tz else None
            skew = timedelta(minutes=source.skew_minutes)
        found = read(raw, now, zone, skew)
        if isinstance(found, Message) and not source:
            found = (Problem("unknown_source", "source", shown(code)),)
        return source, found

    def _answer_problems(self, raw, problems):
        """A rejection in words."""
        return self._answer(
            raw.get("external_id") if isinstance(raw, dict) else None,
            "rejected",
            problems[0].code,
            " ".join(self._submit_reason(problem) for problem in problems),
        )

    def _submit_reason(self, problem):
        text = self.env._(REASONS[problem.code])  # pylint: disable=W8120
        allowed = problem.allowed
        if problem.expected:
            kind = self.env._(EXPECTED[problem.expected])  # pylint: disable=W8120
            allowed = kind % {"limit": allowed}
        return text % {"key": problem.key, "value": problem.value, "allowed": allowed}

    def _answer(self, external_id, status, code="", reason=""):
        """One result; an id that cannot be sent back is left out."""
        return {
            "external_id": self._sent_back(external_id)[:128],
            "status": status,
            "code": code,
            "reason": reason,
        }

    @api.model
    def _sent_back(self, external_id):
        """An id as it was sent; empty where it cannot be printed."""
        fits = isinstance(external_id, str) and external_id.isprintable()
        return external_id if fits else ""

    # -- storing ------------------------------------------------------------

    def _store(self, source, messages, now):
        """Store what is new of one source.

        :param dict messages: ``{place in the call: engine.message.Message}``
        :return: ``{place: answer}``, and under ``streams`` the ids of streams that
            something was added to
        """
        first = {}
        for place, message in messages.items():
            first.setdefault(message.values["external_id"], place)
        streams = self.env["backflush.message.stream"]._ensure(
            source, (message.stream for message in messages.values())
        )
        self._make_durable()
        rows = {
            number: self._row(source, messages[place], place, streams, now)
            for number, place in first.items()
        }
        new = self._insert(
            [rows[number] for number in sorted(rows)],
            SAME_NUMBER,
        )
        known = self._known(source, first)
        result = {"streams": {rows[number]["stream_id"] for number in new}}
        conflicts = []
        for place, message in messages.items():
            number = message.values["external_id"]
            message_id, digest = known[number]
            if number in new and first[number] == place:
                result[place] = self._answer(number, "accepted")
            elif digest == message.digest:
                result[place] = self._answer(number, "duplicate")
            else:
                problem = Problem("other_content", "external_id", shown(number))
                result[place] = self._answer_problems(message.values, [problem])
                row = self._row(source, message, place, streams, now)
                conflicts.append(
                    {**row, "conflict_of_id": message_id, "state": "refused"}
                )
        self._insert(conflicts, SAME_CONFLICT)
        return result

    def _make_durable(self):
        """What is accepted is on disk, whatever the server's setting is otherwise."""
        self.env.execute_query(
            SQL(
                """SELECT set_config('synchronous_commit', 'on', TRUE)
                    WHERE current_setting('synchronous_commit') = 'off'"""
            )
        )

    def _row(self, source, message, place, streams, now):
        """Values of the columns of a stored message."""
        values = message.values
        return {
            "source_id": source.id,
            "company_id": source.company_id.id,
            "external_id": values["external_id"],
            "type": values["type"],
            "state": "queued",
            "active": True,
            "stream_id": streams[message.stream],
            "sequence_number": values.get("sequence_number", 0),
            "position": place,
            "date_event": message.moment,
            "date_received": now,
            "payload": json.dumps(values),
            "digest": message.digest,
            "reverses": values.get("reverses"),
            "user_id": self.env.uid,
            "conflict_of_id": None,
            "attempts": 0,
            "is_gap": False,
            "is_free": False,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }

    def _insert(self, rows, conflict):
        """Insert what is not there; two identical calls at once make one row.

        The second one waits for the first one's commit, fails with a serialization
        error, and finds the row when Odoo calls it again.

        :return: set of the external ids that were new
        """
        if not rows:
            return set()
        values = SQL(", ").join(
            SQL("(%s)", SQL(", ").join(SQL("%s", row[name]) for name in COLUMNS))
            for row in rows
        )
        found = self.env.execute_query(
            SQL(
                """INSERT INTO backflush_message (%s) VALUES %s
                   ON CONFLICT %s DO NOTHING RETURNING external_id""",
                SQL(", ").join(map(SQL.identifier, COLUMNS)),
                values,
                conflict,
            )
        )
        return {row[0] for row in found}

    def _known(self, source, numbers):
        """``{external id: (id, digest)}`` of what is stored under these numbers."""
        rows = self.env.execute_query(
            SQL(
                """SELECT external_id, id, digest FROM backflush_message
                    WHERE source_id = %s AND conflict_of_id IS NULL
                      AND external_id = ANY(%s)""",
                source.id,
                list(numbers),
            )
        )
        return {number: (message_id, digest) for number, message_id, digest in rows}
