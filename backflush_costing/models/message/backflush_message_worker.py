import logging
import random
import time
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models

from ...engine.numbers import natural
from ...engine.stream import Queued, end_of_run, next_step
from ...exceptions import SequenceGapError
from ..flush.waiting.backflush_error_retry import CONFLICTS
from .backflush_message import FINAL, OPEN

_logger = logging.getLogger(__name__)
#: How often a message that met somebody else is tried before others have their turn.
TRIES = 5
#: Messages, and seconds, of one stream before others have their turn. Odoo ends a
#: worker that takes too long, and asks between two turns only.
TURN = 100
TURN_SECONDS = 2.0
#: Messages of one stream that are looked at to find the next.
LOOK_AHEAD = 200
#: Workers that one call wakes up.
MOST_WORKERS = 16
#: Messages that can have a turn; of those that failed, what one was missing for.
WAITS = [
    *("|", ("state", "=", "queued")),
    *("&", ("state", "=", "failed"), ("is_gap", "=", True)),
]
#: A message that stops those behind it: it failed, and not because one is missing.
STOPS = [("state", "=", "failed"), ("is_gap", "=", False)]
#: Classes of errors of PostgreSQL: the connection broke, the server goes away.
LOST = ("08", "57P")


def is_lost(problem):
    """Whether an error says that there is no connection to the database any more.

    PostgreSQL counts a statement that took too long as operational, too.
    """
    if isinstance(problem, psycopg2.OperationalError):
        return (problem.pgcode or "08").startswith(LOST)
    return isinstance(problem, psycopg2.InterfaceError)


class BackflushMessage(models.Model):
    """Workers: any number of them, in any processes on any hosts.

    A worker claims a stream on its own connection and works on another one, with a
    commit after each message: the claim outlives the commits, and is gone with the
    worker however it ends. What a killed worker had not committed is done again by the
    next one, what it had committed is not.
    """

    _inherit = "backflush.message"

    @api.model
    def _wake(self, streams=1):
        """Have as many workers as there are streams to work on, if there are.

        :param int streams: streams that something is due in
        """
        if streams:
            for cron in self._crons(min(streams, MOST_WORKERS)):
                cron._trigger()

    @api.model
    def _wake_at(self, moment):
        """Have a worker look again at a time."""
        for cron in self._crons(1):
            cron._trigger(moment + timedelta(seconds=1))

    @api.model
    def _crons(self, limit):
        """Scheduled jobs that work messages off; copies of them do, too."""
        return (
            self.env["ir.cron"]
            .sudo()
            .search(
                [
                    ("model_id.model", "=", self._name),
                    ("code", "=", "model._cron_process()"),
                ],
                order="id",
                limit=limit,
            )
        )

    @api.model
    def _wake_others(self):
        """Have workers that sleep help, where more is due than one can claim.

        What woke them up is gone where Odoo gave up on a job that was killed. Who is
        called already is left alone.
        """
        now = fields.Datetime.now()
        workers = self._crons(MOST_WORKERS)
        triggers = self.env["ir.cron.trigger"].sudo()
        called = triggers.search(
            [("cron_id", "in", workers.ids), ("call_at", "<=", now)]
        )
        mine = workers.browse(self.env.context.get("cron_id"))
        asleep = workers - called.cron_id - mine
        if asleep:
            streams = self.env["backflush.message.stream"]._claimable(len(asleep) + 1)
            for cron in asleep[: max(len(streams) - 1, 0)]:
                cron._trigger()
        # Whom they are for finds them unclaimed.
        self.env["ir.cron"]._commit_progress(remaining=1)

    @api.model
    def _cron_process(self):
        """Work off what is due, stream by stream, until nothing is.

        While something may remain, Odoo calls again: at once, and when the time of this
        run is up, after the other jobs. What another worker has claimed is no work for
        this one.
        """
        streams, passed = self.env["backflush.message.stream"], []
        cron, total = self.env["ir.cron"], 0
        left = cron._commit_progress(remaining=1)
        while left and (stream_id := streams._claim(passed)):
            done, is_busy = self._work_claimed(stream_id)
            if not done or is_busy:
                passed.append(stream_id)
            # Gives the claim back.
            left = cron._commit_progress(done, remaining=1)
            if done and not total:
                # Only who achieves something wakes others: it ends, whatever fails.
                self._wake_others()
            total += done
        if left:
            cron._commit_progress(remaining=0)
        elif total:
            self._wake_again()

    @api.model
    def _wake_again(self):
        """Have this worker called again at once: Odoo calls again what has something
        left only when it looks around the next time, up to a minute later."""
        own_id = self.env.context.get("cron_id")
        own = self._crons(MOST_WORKERS).filtered(lambda cron: cron.id == own_id)
        if own:
            own._trigger()
        self.env["ir.cron"]._commit_progress(remaining=1)

    @api.model
    def _work_claimed(self, stream_id):
        """Work a claimed stream off, on another connection; see :meth:`_work`.

        What fails is logged, and the others go on, while there is a connection.
        """
        try:
            with self.env.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                return env["backflush.message"]._work(stream_id)
        except CONFLICTS as conflict:
            # Somebody decided about one of them while it was looked for what is next.
            _logger.info("stream %s: %s", stream_id, type(conflict).__name__)
            self._wake()
            return 0, True
        except Exception as problem:  # pylint: disable=broad-exception-caught
            if is_lost(problem):
                raise
            _logger.exception("stream %s of messages", stream_id)
            return 0, False

    @api.model
    def _work(self, stream_id):
        """Carry out what can be carried out of a stream, with a commit after each.

        :return: ``(messages dealt with, whether others were in the way every time)``
        """
        done, end = 0, time.monotonic() + TURN_SECONDS
        while not done or (done < TURN and time.monotonic() < end):
            message = self._next(stream_id)
            self.env.cr.commit()  # pylint: disable=invalid-commit
            if not message:
                return done, False
            if not message._carry_out_committed():
                return done, True
            done += 1
        return done, False

    def _carry_out_committed(self):
        """Carry out and commit, or keep why not; False if others were in the way."""
        for attempt in range(TRIES):
            try:
                self._carry_out()
                self.env.cr.commit()  # pylint: disable=invalid-commit
                return True
            except CONFLICTS as conflict:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.info(
                    "attempt %s at message %s: %s",
                    attempt + 1,
                    self.id,
                    type(conflict).__name__,
                )
                time.sleep(random.uniform(0.0, 0.05 * 2**attempt))
            except Exception as problem:  # pylint: disable=broad-exception-caught
                self._keep_defect(problem)
                return True
        later = fields.Datetime.now() + timedelta(seconds=5)
        self.date_due = later
        self._wake_at(later)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        return False

    # -- what is next ------------------------------------------------------------

    @api.model
    def _next(self, stream_id):
        """The message of a stream that has its turn; empty: none has.

        Behind one that failed none has, whoever claimed the stream before it did. What
        waits is told until when; what waited too long becomes an error record.
        """
        domain = [("stream_id", "=", stream_id), ("state", "in", OPEN)]
        if self.search_count([*domain, *STOPS], limit=1):
            return self.browse()
        waiting = self.search(
            domain, order="sequence_number, date_event, id", limit=LOOK_AHEAD
        )
        patience = waiting[:1].source_id._patience() if waiting else timedelta()
        queue = [message._queued() for message in waiting]
        now = fields.Datetime.now()
        step = next_step(queue, self._reached(stream_id), now, patience)
        message = self.browse(step.key or ())
        if step.action == "run":
            return message._called_up()
        if step.action == "wait":
            self._put_off(stream_id, step.until)
            self._wake_at(step.until)
        if step.action == "gap":
            message._fail_gap(step.missing)
            # Whatever arrives has the stream looked at again.
            self._put_off(stream_id, now + timedelta(days=1))
        return self.browse()

    @api.model
    def _put_off(self, stream_id, moment):
        """Nothing that waits in a stream has its turn before; all of it."""
        domain = [("stream_id", "=", stream_id), *WAITS]
        due = ["|", ("date_due", "=", False), ("date_due", "<", moment)]
        self.search([*domain, *due]).date_due = moment

    def _finish(self):
        """Those behind it may have waited for it: they are looked at again.

        With its own commit: a worker whose turn is over, or who dies, leaves them due.
        """
        res = super()._finish()
        domain = [("stream_id", "=", self.stream_id.id), *WAITS]
        self.search([*domain, ("date_due", "!=", False)]).date_due = False
        return res

    @api.model
    def _reached(self, stream_id):
        """Number of the stream up to which nothing is missing; 0: the first one is.

        What was carried out had its turn: nothing before it was missing, or somebody
        let it go on without. That holds, whatever becomes of it.
        """
        ended = [("stream_id", "=", stream_id), ("state", "in", FINAL)]
        had_turn = ["|", ("state", "=", "done"), ("is_free", "=", True)]
        numbers = self.with_context(active_test=False)._numbers
        (turn,) = numbers([*ended, *had_turn], "sequence_number desc", 1) or (0,)
        decided = numbers([*ended, ("sequence_number", ">", turn)], "sequence_number")
        return end_of_run(turn, decided)

    @api.model
    def _numbers(self, domain, order, limit=None):
        """Sequence numbers of messages."""
        found = self.search_fetch(domain, ["sequence_number"], order=order, limit=limit)
        return found.mapped("sequence_number")

    def _queued(self):
        """This message for the engine."""
        self.ensure_one()
        return Queued(
            self.id,
            self.sequence_number or None,
            self.date_event,
            self.date_received,
            (self.position, self.id),
            natural(self.external_id),
            is_last=self.type == "hu_empty" and not self.reverses,
            awaited=bool(self.reverses) and not self._reversed_message(),
            is_free=self.is_free,
        )

    def _called_up(self):
        """What it waited for has come."""
        if self.state == "failed":
            self._set_state("queued", is_gap=False)
        return self

    def _fail_gap(self, missing):
        """Keep as an error record that something before this has not come."""
        if self.is_gap:
            return
        self._fail(SequenceGapError(self._gap_text(missing)), is_gap=True)

    def _first_missing(self, first, last):
        """First and last of the numbers in a row that have not arrived.

        What was decided about has, though it waited for them itself.
        """
        arrived = self.with_context(active_test=False)._numbers(
            [
                ("stream_id", "=", self.stream_id.id),
                ("state", "in", FINAL),
                ("sequence_number", ">=", first),
                ("sequence_number", "<=", last),
            ],
            "sequence_number",
            limit=1,
        )
        return first, arrived[0] - 1 if arrived else last

    def _gap_text(self, missing):
        """What has not come, in words."""
        if not missing:
            return self.env._(
                "%(id)s takes back %(other)s, which has not arrived, or whose "
                "correction has not been carried out.",
                id=self.external_id,
                other=self.reverses or "",
            )
        first, last = self._first_missing(*missing)
        numbers = str(first) if first == last else f"{first}-{last}"
        return self.env._(
            "%(id)s has number %(number)s of %(stream)s; number %(numbers)s has not "
            "arrived in %(minutes)s minutes. It goes on by itself when it does; or "
            "have it go on without.",
            id=self.external_id,
            number=self.sequence_number,
            stream=self.stream_id.code,
            numbers=numbers,
            minutes=self.source_id.gap_minutes,
        )
