from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.message import backflush_message_worker as worker
from .message_common import MessageCommon

LOGGER = "odoo.addons.backflush_costing.models.message.backflush_message_process"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessageDefects(MessageCommon):
    """What nobody foresaw stops the stream of its message alone, and is seen."""

    def setUp(self):
        super().setUp()
        self._put(self.cell, 100)
        self.bad, self.behind, self.good = self._accepted(
            *(
                self._message(order=order, quantity=1)
                for order, count in ((self._order(self.pack, 9).name, 2),)
                for _number in range(count)
            ),
            self._message(order=self._order(self.pack, 1), quantity=1),
        )

    @contextmanager
    def _poisoned(self, method, poison):
        """A method of messages that does something else for the bad one first."""
        kind, bad = type(self.bad), self.bad.id
        original = getattr(kind, method)

        def poisoned(message, *args, **kwargs):
            if message.id == bad:
                poison(message)
            return original(message, *args, **kwargs)

        with patch.object(kind, method, poisoned):
            yield

    def _too_slow(self, message):
        message.env.cr.execute("SET LOCAL statement_timeout = 20")
        message.env.cr.execute("SELECT pg_sleep(1)")

    def _refused(self, message):
        message.env.cr.execute("DO $$ BEGIN RAISE EXCEPTION 'not on my watch'; END $$")

    def _at_commit(self, message):
        def fail():
            raise ValueError("the hook")

        message.env.cr.precommit.add(fail)

    def test_any_error_of_the_database_or_of_an_addon_becomes_the_messages_failure(
        self,
    ):
        """In its work, behind its work, and when it is committed."""
        cases = (
            ("_apply_production", self._too_slow, "QueryCanceled"),
            ("_apply_production", self._refused, "not on my watch"),
            ("_resolve_production", self._refused, "not on my watch"),
            ("_finish", self._too_slow, "QueryCanceled"),
            ("_finish", self._at_commit, "ValueError: the hook"),
        )
        for method, poison, words in cases:
            with (
                self.subTest(method=method, words=words),
                self._poisoned(method, poison),
                mute_logger("odoo.sql_db"),
                self.assertLogs(LOGGER, "ERROR") as logs,
            ):
                self._process()
                self.assertState(self.bad, "failed", "other")
                self.assertIn(words, self.bad.reason)
                self.assertIn("Traceback", logs.output[0])
                self.assertEqual(self.bad.error_ids.state, "open")
                self.assertFalse(self.bad.confirmation_ids)
                self.assertEqual(self.behind.state, "queued")
                self.assertEqual(self.good.state, "done")
                self._as(self.supervisor, self.bad).action_reprocess()
        self._process()
        self.assertEqual((self.bad + self.behind).mapped("state"), ["done"] * 2)
        self.assertEqual(self.bad.error_ids.state, "resolved")

    def test_a_stream_that_cannot_even_say_why_stops_no_other(self):
        logger = worker.__name__
        with (
            self._poisoned("_apply_production", self._refused),
            self._poisoned("_fail", self._refused),
            mute_logger("odoo.sql_db", LOGGER),
            self.assertLogs(logger, "ERROR") as logs,
        ):
            self._process()
        self.assertIn("Traceback", logs.output[0])
        self.assertEqual(
            (self.bad + self.behind + self.good).mapped("state"),
            ["queued", "queued", "done"],
        )

    def test_a_message_that_a_person_decided_about_meanwhile_is_left(self):
        def decide(message):
            message.env.cr.rollback()
            message._set_state("rejected", reason="decided")
            message.env.cr.commit()

        with self._poisoned("_finish", decide), mute_logger(LOGGER):
            self._process()
        self.assertState(self.bad, "rejected")
        self.assertEqual(self.bad.reason, "decided")
        self.assertFalse(self.bad.error_ids)
        self.assertEqual((self.behind + self.good).mapped("state"), ["done"] * 2)

    def test_a_run_ends_where_the_connection_is_lost(self):
        def lose(message):
            raise psycopg2.InterfaceError("connection already closed")

        stream = self.bad.stream_id.id
        with (
            self._poisoned("_carry_out_committed", lose),
            self.enter_registry_test_mode(),
            self.assertRaises(psycopg2.InterfaceError),
        ):
            self.env["backflush.message"]._work_claimed(stream)

    def test_what_says_that_the_connection_is_lost(self):
        errors = psycopg2.errors
        self.assertTrue(worker.is_lost(psycopg2.OperationalError("closed")))
        self.assertTrue(worker.is_lost(psycopg2.InterfaceError("closed")))
        self.assertFalse(worker.is_lost(errors.RaiseException("a trigger")))
        self.assertFalse(worker.is_lost(ValueError("an addon")))
