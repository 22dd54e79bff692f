import logging

from odoo import api, models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ....exceptions import cause_of
from ..completion.mrp_production_batch import BUSINESS_ERRORS
from .backflush_error_waiting import OPEN

_logger = logging.getLogger(__name__)
#: Records that are issued, and journalised, together.
PAGE = 100
#: How often a page that met somebody else is tried in one run.
TRIES = 5
#: Somebody else was faster. Other errors of the database are for whoever runs the job.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
#: Causes that a retry that went through has removed, whatever is still missing.
PASSED = ("period_closed", "no_rights", "missing_uom_conversion", "other")


class BackflushError(models.Model):
    """Working the queue off in the background.

    Page by page, with a commit after each: who waits for the stock lock waits for one
    page at most. Whoever holds the lock of the stock claims the records; one that
    somebody else has taken is left to him.
    """

    _inherit = "backflush.error"

    @api.model
    def _cron_retry(self, page=PAGE):
        """Retry all that can succeed, the oldest first; one failure stops no other."""
        self._release_opened_periods()
        missed = self._retry_due_failures(page)
        after = None
        while True:
            ready, after = self._next_retryable(after, page)
            if not after:
                break
            for company, errors in ready.grouped("company_id").items():
                if not errors.with_company(company)._retry_page():
                    missed = True
            remaining = page if len(ready) == page else 0
            if not self.env["ir.cron"]._commit_progress(
                len(ready), remaining=remaining
            ):
                missed = True
                break
        if missed:
            self._wake()

    def _retry_page(self):
        """Claim and retry these records of one company.

        :return: False if others were in the way every time
        """
        for attempt in range(TRIES):
            try:
                self._acquire_places()
                self._claim()._retry_or_halve()
                self.env.flush_all()
                return True
            except CONFLICTS as conflict:
                _logger.info(
                    "attempt %s at %s error records: %s",
                    attempt + 1,
                    len(self),
                    type(conflict).__name__,
                )
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        return False

    def _claim(self):
        """Those of these records that are open and that nobody else is working on."""
        self.env.invalidate_all()
        mine = self.try_lock_for_update(allow_referencing=True)
        return mine.filtered(lambda error: error._is_open())

    def _retry_or_halve(self):
        """All at once; where that fails each half, down to the record at fault."""
        if not self:
            return
        problem = self._try_retry()
        if problem is None:
            return
        if len(self) > 1:
            middle = len(self) // 2
            self[:middle]._retry_or_halve()
            self[middle:]._retry_or_halve()
        else:
            self._note_answer(problem)

    def _try_retry(self):
        """Retry together, or leave all as they were; return the business error."""
        return self._attempt(lambda errors: errors._retry())

    def _attempt(self, work):
        """Let ``work`` happen to all of these, or to none; the business error, if any.

        Errors of the database reach the caller.
        """
        try:
            with self.env.cr.savepoint():
                work(self)
                self.env.flush_all()
        except BUSINESS_ERRORS as problem:
            return self._undone(problem)
        except RedirectWarning as problem:
            return self._undone(UserError(problem.args[0]))
        return None

    def _acquire_places(self, place=None):
        """Queue for all stock at ``place``, or where each of these takes it from."""
        errors = self.sudo().filtered("location_id")
        if errors:
            errors._acquire_stock(
                {error: place or error.location_id for error in errors}
            )

    def _undone(self, problem):
        """Forget what the savepoint took back; number the next entry anew."""
        self.env.invalidate_all()
        self.env["account.move"]._get_sequence_cache().clear()
        return problem

    def _note_answer(self, problem):
        """Keep why the attempt failed; it waits until that has changed."""
        self.ensure_one()
        self.write(
            {
                "cause": cause_of(problem),
                "last_answer": str(problem),
                "is_held": True,
                "date_due": False,
                "attempts": self.attempts + 1,
            }
        )

    def _retry(self):
        """What went through is held no more; what still lacks, lacks stock."""
        res = super()._retry()
        held = self.filtered(lambda e: e.is_held or e.date_due or e.last_answer)
        held.write({"is_held": False, "date_due": False, "last_answer": False})
        # Where the document failed again it says itself why.
        passed = self.filtered(
            lambda e: e._is_open() and not e._is_failure() and e.cause in PASSED
        )
        passed.cause = "insufficient_stock"
        return res

    # -- documents that failed as a whole ------------------------------------------

    @api.model
    def _retry_due_failures(self, page):
        """Complete the orders whose reason to fail has gone away.

        :return: whether others were in the way of one
        """
        missed = False
        for failure in self._ready_failures(page):
            if not failure.with_company(failure.company_id)._retry_failure():
                missed = True
            if not self.env["ir.cron"]._commit_progress(1):
                return True
        return missed

    @api.model
    def _ready_failures(self, limit):
        """Failed documents that are queued, or that lack nothing any more."""
        failures = self.sudo().search(
            [
                ("state", "in", OPEN),
                ("description", "!=", False),
                ("production_id", "!=", False),
                "|",
                ("date_due", "!=", False),
                ("cause", "=", "insufficient_stock"),
            ],
            limit=10 * limit,
        )
        return failures.filtered(
            lambda e: e.date_due or e.production_id._backflush_lacks_nothing()
        )[:limit]

    def _retry_failure(self):
        """Try one document again; False if others were in the way every time."""
        for _attempt in range(TRIES):
            try:
                mine = self._claim()
                if mine:
                    mine.write({"date_due": False, "is_held": False})
                    problem = mine._try_retry()
                    if problem is not None:
                        mine._note_answer(problem)
                self.env.flush_all()
                return True
            except CONFLICTS:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        return False
