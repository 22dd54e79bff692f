import logging

from odoo import fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError

from ...exceptions import FlushError, UnitError, UnknownReferenceError, cause_of
from ...said import Said
from ..flush.completion.mrp_production_batch import BUSINESS_ERRORS

_logger = logging.getLogger(__name__)


class BackflushMessage(models.Model):
    """Carrying a message out, as whoever sent it, when it happened.

    A type of message is three methods: ``_resolve_<type>`` finds what its codes stand
    for and returns it as a dictionary, ``_acquire_<type>`` queues for the stock that
    will move, before anything is written, and ``_apply_<type>`` does the work by the
    public methods that people use.
    """

    _inherit = "backflush.message"

    def _carry_out(self):
        """Let one message take effect, or keep why it cannot as an error record.

        What somebody has decided about meanwhile is left.

        :raises Exception: whatever is no business error; nothing is kept then
        """
        self.ensure_one()
        if self.state != "queued":
            return
        problem = self._try()
        if problem is None:
            self._finish()
        else:
            self._fail(problem)

    def _try(self):
        """Do it, or leave all as it was; return what was refused for the business."""
        try:
            message = self._as_sender()
            job = message._acquired()
            with self.env.cr.savepoint():
                message._apply(job)
        except BUSINESS_ERRORS as problem:
            return self._undone(problem)
        except RedirectWarning as problem:
            return self._undone(UserError(problem.args[0]))
        return None

    def _keep_defect(self, problem):
        """Roll back, and keep a defect as the failure of the message: no other stops.

        Of the database (a statement that took too long, a trigger that refuses) or of
        some addon, wherever it arises, until the commit. Where nothing can be said to
        the database any more, this raises, too.

        :param problem: the exception
        """
        _logger.error("message %s", self.id, exc_info=problem)
        self.env.cr.rollback()
        self.env.invalidate_all(flush=False)
        if self.state == "queued":
            if not isinstance(problem, BUSINESS_ERRORS):
                problem = FlushError(f"{type(problem).__name__}: {problem}".strip())
            self._fail(problem)
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _undone(self, problem):
        """Forget what the savepoint took back."""
        self.env.invalidate_all()
        self.env["account.move"]._get_sequence_cache().clear()
        return problem

    def _as_sender(self):
        """This message with its sender's rights and its time."""
        user = self.user_id
        if not user.active:
            raise AccessError(
                self.env._(
                    "%s, who sent the message, is archived. Reactivate the user and "
                    "retry.",
                    user.name,
                )
            )
        message = self.with_user(user).with_company(self.company_id)
        return message.with_context(
            allowed_company_ids=self.company_id.ids,
            backflush_event_time=fields.Datetime.to_string(self.date_event),
            backflush_message_id=Said(self.id),
            backflush_event_sequence=Said(self.sequence_number),
            backflush_event_reference=Said(f"{self.source_id.code}/{self.external_id}"),
            backflush_unattended=True,
            lang=user.lang,
            tz=user.tz,
        )

    def _resolve(self):
        """Hook: what the codes stand for; see :class:`BackflushMessage`."""
        if self.reverses:
            return self._resolve_reversal()
        return getattr(self, f"_resolve_{self.type}")()

    def _acquired(self):
        """What its codes stand for when it is its turn at the stock.

        Who had to wait reads afresh, and looks again: the order may have been completed
        meanwhile, and its code now stand for what is left of it.
        """
        begun, job = self.env.cr.now(), self._resolve()
        self._acquire(job)
        if self.env.cr.now() != begun:
            job = self._resolve()
            self._acquire(job)
        return job

    def _is_resolvable(self):
        """Whether all its codes stand for something by now."""
        try:
            self._as_sender()._resolve()
        except (UnknownReferenceError, UnitError):
            return False
        except BUSINESS_ERRORS:
            return True
        return True

    def _acquire(self, job):
        """Hook: queue for the stock that will move."""
        if self.reverses:
            return self._acquire_reversal(job)
        return getattr(self, f"_acquire_{self.type}")(job)

    def _apply(self, job):
        """Hook: do the work."""
        if self.reverses:
            return self._apply_reversal(job)
        return getattr(self, f"_apply_{self.type}")(job)

    def _open_failures(self):
        """Open error records about this message itself, not about components."""
        return self.sudo().error_ids.filtered(
            lambda error: error._is_open() and error._is_failure()
        )

    def _finish(self):
        """It took effect: nothing failed any more."""
        now = fields.Datetime.now()
        self._set_state(
            "done",
            date_done=now,
            date_due=False,
            lag_seconds=(now - self.date_received).total_seconds(),
            is_gap=False,
            cause=False,
            reason=self._remark(),
        )
        self._open_failures()._set_state("resolved")

    def _remark(self):
        """Hook: what is to be said about what was carried out; False: nothing."""
        return False

    def _fail(self, problem, **vals):
        """Keep what was refused as an error record; those behind wait."""
        errors = self.env["backflush.error"].with_context(
            backflush_event_time=fields.Datetime.to_string(self.date_event)
        )
        errors._record_failure(
            {"company_id": self.company_id.id, "message_id": self.id}, problem
        )
        vals = {
            "cause": cause_of(problem),
            "reason": str(problem),
            "attempts": self.attempts + 1,
            "date_due": False,
            **vals,
        }
        if self.state == "failed":
            self.write(vals)
        else:
            self._set_state("failed", **vals)
