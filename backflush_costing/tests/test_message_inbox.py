import math
import random
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..engine.message import KEYS, TYPES
from .message_common import MessageCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestMessageInbox(MessageCommon):
    """What is accepted is stored; what is not is answered with a reason."""

    def test_each_message_is_answered_in_order(self):
        good = self._message(order="MO/1", quantity=1)
        other = self._message("scrap", order="MO/1", quantity=1, reason="Dropped")
        answers = self._submit(
            good,
            "not a message",
            {**good, "colour": "red"},
            {**good, "external_id": "x", "source": "line-9"},
            other,
        )
        self.assertEqual(
            [(answer["status"], answer["code"]) for answer in answers],
            [
                ("accepted", ""),
                ("rejected", "not_an_object"),
                ("rejected", "unknown_key"),
                ("rejected", "unknown_source"),
                ("accepted", ""),
            ],
        )
        self.assertIn("'colour'", answers[2]["reason"])
        self.assertIn("line-9", answers[3]["reason"])
        stored = self.env["backflush.message"].search([])
        self.assertEqual(
            sorted(stored.mapped("external_id")),
            sorted([good["external_id"], other["external_id"]]),
        )
        self.assertEqual(stored.user_id, self.machine)
        self.assertEqual(stored.stream_id.mapped("code"), ["MO/1"])

    def test_the_same_number_takes_effect_once_and_another_content_is_kept(self):
        message = self._message(order="MO/1", quantity=1)
        changed = {**message, "quantity": 2}
        statuses = [
            answer["status"]
            for call in ([message, message, changed], [message], [changed], [changed])
            for answer in self._submit(*call)
        ]
        self.assertEqual(
            statuses,
            ["accepted", "duplicate", "rejected", "duplicate", "rejected", "rejected"],
        )
        stored = self.env["backflush.message"].search([("state", "=", "queued")])
        refused = self.env["backflush.message"].search([("state", "=", "refused")])
        self.assertEqual(stored.payload["quantity"], 1)
        self.assertEqual(refused.conflict_of_id, stored)
        self.assertEqual(refused.payload["quantity"], 2)

    def test_what_is_refused_in_the_same_call_is_kept_as_it_is(self):
        first = self._message(order="MO/1", quantity=1, sequence_number=1)
        other = self._message("hu_mount", hu="COIL", workcenter="PRESS")
        other |= {"external_id": first["external_id"], "sequence_number": 7}
        other["event_time"] = "2026-03-02T09:00:00Z"
        self.assertEqual(
            [answer["status"] for answer in self._submit(first, other)],
            ["accepted", "rejected"],
        )
        refused = self.env["backflush.message"].search([("state", "=", "refused")])
        self.assertRecordValues(
            refused,
            [
                {
                    "type": "hu_mount",
                    "sequence_number": 7,
                    "position": 1,
                    "date_event": datetime(2026, 3, 2, 9),
                }
            ],
        )
        self.assertEqual(refused.stream_id.code, "COIL")

    def test_a_call_has_limits_and_never_raises_for_what_is_sent(self):
        for wrong in (None, "x", 7, {"source": "line-1"}):
            inbox = self.env["backflush.message"].with_user(self.machine)
            (answer,) = inbox.submit(wrong)
            self.assertEqual(answer["code"], "not_a_list")
        answers = self._submit(*[self._message(order="A", quantity=1)] * 1001)
        self.assertEqual({answer["code"] for answer in answers}, {"too_many"})
        self.assertFalse(self.env["backflush.message"].search_count([]))
        self.assertEqual(self._submit(), [])
        thousand = [self._message(order=f"A{n}", quantity=1) for n in range(1000)]
        answers = self._submit(*thousand)
        self.assertEqual({answer["status"] for answer in answers}, {"accepted"})

    def test_every_key_of_every_type_with_every_wrong_value_has_a_reason(self):
        """Thousands of them; none is stored, none raises, each names its key."""
        wrong = [
            *("", " ", " a", "a ", "a\x00b", "a\nb", "\ud800", "x" * 9000, "\u202e"),
            *(-1, 0, 0.0, -0.5, 2**31, 10**13, 10**400, False),
            *(math.nan, math.inf, -math.inf, 1e300),
            *([], ["a"], {}, {"a": {"b": 1}}, b"a", {1, 2}, object()),
        ]
        cases = []
        for kind, rule in TYPES.items():
            needed = {group[0] for group in rule.needs}
            values = {key: 1 if key == "quantity" else "A" for key in needed}
            good = self._message(kind, **values)
            for key in sorted(rule.keys):
                cases += [
                    (key, {**good, key: value})
                    for value in wrong
                    if (key, value) not in (("final", False), ("quantity", 2**31))
                ]
        self.assertGreater(len(cases), 2000)
        for start in range(0, len(cases), 1000):
            some = cases[start : start + 1000]
            answers = self._submit(*(message for _key, message in some))
            for (key, message), answer in zip(some, answers, strict=True):
                self.assertEqual(answer["status"], "rejected", message)
                self.assertIn(key, answer["reason"])
                self.assertTrue(answer["reason"].isprintable())
                self.assertLess(len(answer["reason"]), 2500)
        self.assertFalse(self.env["backflush.message"].search_count([]))

    def test_whatever_is_sent_is_answered(self):
        """Thousands of things of any shape, the same ones in every run."""
        chance = random.Random(7)
        for _call in range(4):
            sent = [self._anything(chance) for _number in range(500)]
            answers = self._submit(*sent)
            self.assertEqual(len(answers), len(sent))
            for raw, answer in zip(sent, answers, strict=True):
                self.assertEqual(answer["status"], "rejected", raw)
                self.assertTrue(answer["reason"].isprintable(), raw)
        self.assertFalse(self.env["backflush.message"].search_count([]))

    def _anything(self, chance, depth=0):
        """A value of any type, with known keys more often than chance has them."""
        kind = chance.randrange(10)
        if depth < 4 and kind < 2:
            return [self._anything(chance, depth + 1) for _n in range(kind + 1)]
        if depth < 4 and kind < 8 - depth:
            keys = chance.sample([*sorted(KEYS), "x", 7, None, ""], chance.randrange(9))
            return {key: self._anything(chance, depth + 1) for key in keys}
        return chance.choice(
            [
                *(None, True, False, math.nan, math.inf, 10**400, -7, 2.5, b"x"),
                *("", "production", "hu_empty", "line-1", "m1", "2026-03-02T10:00:00Z"),
                *("\x00", "\ud800", "é" * 200, "9" * 20, {1, 2}),
            ]
        )

    def test_status_of_what_was_sent_and_of_what_was_not(self):
        (message,) = self._accepted(self._message(order="MO/1", quantity=1))
        inbox = self.env["backflush.message"].with_user(self.machine)
        found = inbox.get_status("line-1", [message.external_id, "never", 5])
        self.assertEqual(
            [answer["status"] for answer in found], ["queued", "unknown", "unknown"]
        )
        for answer in found:
            self.assertNotIn(None, answer.values())
        self.assertEqual(inbox.get_status(["?"], "m")[0]["status"], "unknown")

    def test_the_status_of_anything_is_unknown_and_each_id_is_answered(self):
        inbox = self.env["backflush.message"].with_user(self.machine)
        (message,) = self._accepted(self._message(order="MO/1", quantity=1))
        number = message.external_id
        chance = random.Random(11)
        junk = [self._anything(chance) for _number in range(2000)]
        found = inbox.get_status("line-1", [*junk, "\x00", "\ud800", number])
        self.assertEqual(len(found), 2003)
        self.assertEqual(found.pop()["status"], "queued")
        self.assertEqual({answer["status"] for answer in found}, {"unknown"})
        for answer in found:
            self.assertTrue(answer["external_id"].isprintable())
        for source in (*junk, "line-1\x00", "\ud800"):
            if source != "line-1":
                (answer,) = inbox.get_status(source, [number])
                self.assertEqual(answer["status"], "unknown", source)
            self.assertIsInstance(inbox.get_status("line-1", source), list)

    def test_only_machines_send_and_nobody_edits_or_deletes(self):
        with self.assertRaises(AccessError):
            self._submit(self._message(order="A", quantity=1), user=self.supervisor)
        with self.assertRaises(AccessError):
            self._as(self.operator, self.env["backflush.message"]).get_status("a", [])
        (message,) = self._accepted(self._message(order="A", quantity=1))
        with self.assertRaises(AccessError):
            self._as(self.supervisor, message).write({"state": "done"})
        with self.assertRaisesRegex(UserError, "never deleted"):
            message.sudo().unlink()

    def test_companies_are_apart(self):
        other = self._create_company(name="Second plant")
        stranger = self._user("stranger", "group_integration", other)
        message = self._message(order="A", quantity=1)
        (answer,) = self._submit(message, user=stranger)
        self.assertEqual(answer["code"], "unknown_source")
        self.env["backflush.message.source"].create(
            {"name": "Theirs", "code": "line-1", "company_id": other.id}
        )
        self.assertEqual(self._submit(message)[0]["status"], "accepted")
        (answer,) = self._submit(message, user=stranger)
        self.assertEqual(answer["status"], "accepted")
        seen = self._as(stranger, self.env["backflush.message"]).search([])
        self.assertEqual(seen.company_id, other)

    def test_the_status_is_of_the_source_that_messages_go_to(self):
        """Where two companies of the user have a source of this code."""
        other = self._create_company(name="Second plant")
        self.machine.company_ids += other
        self.env["backflush.message.source"].create(
            {"name": "Theirs", "code": "line-1", "company_id": other.id}
        )
        message = self._message(order="A", quantity=1)
        for first in (self.company, other, self.company):
            companies = first + (self.company + other - first)
            inbox = self.env["backflush.message"].with_user(self.machine)
            inbox = inbox.with_context(allowed_company_ids=companies.ids)
            (answer,) = inbox.get_status("line-1", [message["external_id"]])
            stored = self.env["backflush.message"].search(
                [("company_id", "=", first.id)]
            )
            with self.subTest(first=first.name):
                self.assertEqual(answer["status"], stored.state or "unknown")
            if not stored:
                inbox.submit([message])
                stored = stored.search([("company_id", "=", first.id)])
                stored._set_state("rejected" if first == other else "failed")
