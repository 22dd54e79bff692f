from contextlib import ExitStack
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import ir_cron

from ..models.message import backflush_message_worker as worker
from .message_common import MessageCommon

LOGGER = worker.__name__


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessageWorkers(MessageCommon):
    """Who works: nobody sleeps while there is something that only he could do."""

    def setUp(self):
        super().setUp()
        self._put(self.cell, 1000)
        self.workers = self.env["backflush.message"]._crons(worker.MOST_WORKERS)
        self._forget()

    def _forget(self):
        """What woke the workers up is gone, as after Odoo gave up on a job."""
        self._calls().unlink()

    def _calls(self, cron=None):
        domain = [("cron_id", "in", (cron or self.workers).ids)]
        return self.env["ir.cron.trigger"].search(domain)

    def _streams(self, count, messages=1):
        """Orders that something is reported about."""
        return self._accepted(
            *(
                self._message(order=order, quantity=1)
                for _number in range(count)
                for order in [self._order(self.pack, messages + 1).name]
                for _message in range(messages)
            )
        )

    def test_what_waited_has_its_turn_though_the_workers_turn_ends_before(self):
        """The missing one is carried out, and the time is up: nobody is left behind."""
        for late, minutes in ((False, 1), (True, 9)):
            order = self._order(self.pack, 4).name
            numbered = [
                self._message(order=order, quantity=1, sequence_number=number)
                for number in (1, 2, 3)
            ]
            second, third = self._accepted(*numbered[1:])
            self._process()
            with (
                self.subTest(became_a_record=late),
                freeze_time(f"2026-03-02 12:0{minutes}:00"),
                patch.object(worker, "TURN", 1),
            ):
                self._process()
                self.assertEqual(second.is_gap, late)
                (first,) = self._accepted(numbered[0])
                for _turn in range(5):
                    self._process()
                states = (first + second + third).mapped("state")
                self.assertEqual(states, ["done"] * 3)

    def _run(self, cron, is_short=False):
        """One run of a worker by Odoo's scheduler; short: time is up after a turn."""
        jobs = type(self.env["ir.cron"])
        commit = jobs._commit_progress

        def commit_progress(job, processed=0, **values):
            commit(job, processed, **values)
            return 0 if processed else float("inf")

        with ExitStack() as stack:
            if is_short:
                stack.enter_context(patch.object(ir_cron, "MIN_TIME_PER_JOB", -1))
                stack.enter_context(patch.object(ir_cron, "MIN_RUNS_PER_JOB", 1))
                stack.enter_context(
                    patch.object(jobs, "_commit_progress", commit_progress)
                )
            stack.enter_context(self.enter_registry_test_mode())
            self.assertIs(cron.method_direct_trigger(), True)
        self.env.invalidate_all()
        self.env["account.move"]._get_sequence_cache().clear()

    def _progress(self, cron):
        domain = [("cron_id", "=", cron.id)]
        return self.env["ir.cron.progress"].search(domain, order="id desc", limit=1)

    def test_a_worker_whose_time_is_up_goes_on_as_soon_as_others_had_their_turn(self):
        messages = self._streams(3)
        self._forget()
        last = self.workers[-1]
        self._run(last, is_short=True)
        self.assertEqual(messages.mapped("state").count("done"), 1)
        self.assertEqual(self._progress(last).remaining, 1)
        self.assertTrue(self._calls(last))
        for _run in range(3):
            self._run(last, is_short=True)
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(self._progress(last).remaining, 0)
        self.assertFalse(self._calls(last))

    def test_workers_that_sleep_are_woken_for_as_many_streams_as_are_due(self):
        """One has had its turn, one is left to the worker itself, two to others."""
        self._streams(4)
        self._forget()
        self._run(self.workers[1])
        self.assertEqual(self._calls().cron_id, self.workers[0] + self.workers[2])
        self._run(self.workers[0])
        self.assertEqual(self._calls().cron_id, self.workers[2])
        self._run(self.workers[2])
        self.assertFalse(self._calls())

    def test_workers_that_achieve_nothing_do_not_wake_each_other(self):
        self._streams(4)
        self._forget()
        kind = type(self.env["backflush.message"])
        with patch.object(kind, "_next", side_effect=ValueError), mute_logger(LOGGER):
            self._run(self.workers[1])
        self.assertFalse(self._calls())

    def test_a_stream_that_somebody_decides_about_meanwhile_is_looked_at_again(self):
        self._streams(1)
        self._forget()
        kind = type(self.env["backflush.message"])
        clash = psycopg2.errors.SerializationFailure("somebody was faster")
        with patch.object(kind, "_next", side_effect=clash):
            self._run(self.workers[1])
        self.assertEqual(self._calls().cron_id, self.workers[0])

    def test_nobody_is_woken_twice_or_for_one_stream_or_for_what_waits(self):
        self._streams(1, messages=3)
        self._forget()
        self._run(self.workers[0])
        self.assertFalse(self._calls())
        self._streams(6)
        self._calls(self.workers[0]).unlink()
        calls = self._calls()
        self._run(self.workers[0])
        self.assertEqual(self._calls(), calls)
        orders = [self._order(self.pack, 1).name for _number in range(2)]
        with patch.object(worker, "LOOK_AHEAD", 2):
            self._accepted(
                *(
                    self._message(order=order, quantity=1, sequence_number=number)
                    for order in orders
                    for number in range(2, 6)
                )
            )
            self._run(self.workers[0])
            self._forget()
            self._run(self.workers[0])
        self.assertFalse(self._calls(self.workers[1:]))

    def test_a_run_whose_time_is_up_leaves_what_remains_to_the_next(self):
        """Odoo calls a job ten times whatever its time; its limits count them all."""
        messages = self._streams(2)
        cron = self.workers[0].with_context(cron_end_time=float("-inf"))
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            cron, progress = cron.with_env(cron.env(cr=cr))._add_progress()
            cron = cron.with_context(cron_id=cron.id)
            cron.env["backflush.message"]._cron_process()
            self.assertEqual((progress.done, progress.remaining), (0, 1))
        self.env.invalidate_all()
        self.assertEqual(set(messages.mapped("state")), {"queued"})

    def test_a_turn_ends_with_its_time(self):
        messages = self._streams(1, messages=3)
        inbox = self.env["backflush.message"]
        with patch.object(worker, "TURN_SECONDS", 0), self.enter_registry_test_mode():
            self.assertEqual(inbox._work_claimed(messages.stream_id.id), (1, False))
        self.env.invalidate_all()
        self.assertEqual(messages.mapped("state"), ["done", "queued", "queued"])

    def test_a_lost_wake_up_costs_a_minute(self):
        for cron in self.workers:
            self.assertEqual((cron.interval_number, cron.interval_type), (1, "minutes"))
