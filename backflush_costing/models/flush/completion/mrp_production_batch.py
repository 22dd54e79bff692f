import logging

from odoo import models
from odoo.exceptions import (
    AccessError,
    RedirectWarning,
    UserError,
    ValidationError,
)

from ....exceptions import FlushError

_logger = logging.getLogger(__name__)
# What a single order may fail for without stopping the others. Database errors are
# none of it: they have to reach whoever retries the call.
BUSINESS_ERRORS = (UserError, ValidationError, AccessError)


class MrpProduction(models.Model):
    """Completing any number of orders in one call."""

    _inherit = "mrp.production"

    def backflush_complete(self, slice_size=50, commit=False):
        """Complete these orders slice by slice; one bad order does not stop the others.

        What was reported on the orders is taken as it is, where nothing was it is
        what was planned. An order that fails is left as it was and becomes an error
        record, which is resolved when the order is completed after all. Orders that
        are done or cancelled are passed over, so that the call can be repeated.

        :param int slice_size: orders that are completed, and journalised, together
        :param bool commit: whether to commit after each slice. Memory then stays what
            a slice takes, the stock lock is given back in between, and what is done
            stays done whatever happens to the rest. Only for a caller that has
            nothing else in its transaction.
        :return: ``{"done": [ids], "failed": [{"id", "name", "reason"}, …]}``
        :raises UserError: if a slice would hold no order
        """
        # Who may not complete orders gets told, and leaves no record of a failure.
        self.check_access("write")
        if not isinstance(slice_size, int) or slice_size < 1:
            raise UserError(
                self.env._(
                    "%s is no size of a slice: complete one order at a time, or more.",
                    slice_size,
                )
            )
        result = {"done": [], "failed": []}
        orders = self.filtered(lambda o: o.state not in ("done", "cancel"))
        open_ids = list(dict.fromkeys(orders.ids))
        for start in range(0, len(open_ids), slice_size):
            orders = self.browse(open_ids[start : start + slice_size])
            orders._backflush_complete_slice(result)
            if commit:
                self.env.cr.commit()  # pylint: disable=invalid-commit
            else:
                self.env.flush_all()
            # What the slice read is not needed any more.
            self.env.invalidate_all()
            _logger.info(
                "%s of %s orders completed or failed",
                min(start + slice_size, len(open_ids)),
                len(open_ids),
            )
        return result

    def _backflush_complete_slice(self, result):
        """Complete a slice with its locks held, and note what became of each order."""
        # Outside of the savepoints: what they undo must not take the lock's rows
        # along, and who has to wait can do so in place.
        self.filtered(lambda o: o._backflush_is_confirmed())._backflush_acquire()
        self._backflush_complete_or_halve(result)

    def _backflush_complete_or_halve(self, result):
        """All at once; where that fails, each half, down to the order at fault.

        The others are still completed together: one bad order among a hundred costs
        a few attempts more, and not a hundred completions one by one.
        """
        error = self._backflush_try_complete()
        if not error:
            result["done"] += self.ids
        elif len(self) > 1:
            middle = len(self) // 2
            self[:middle]._backflush_complete_or_halve(result)
            self[middle:]._backflush_complete_or_halve(result)
        else:
            self._backflush_record_failure(error)
            result["failed"].append(
                {"id": self.id, "name": self.name, "reason": str(error)}
            )

    def _backflush_try_complete(self):
        """Complete together, or leave all as they were; return the business error."""
        try:
            with self.env.cr.savepoint():
                self._backflush_complete()
        except BUSINESS_ERRORS as error:
            self.env.invalidate_all()
            return error
        except RedirectWarning as error:
            self.env.invalidate_all()
            return UserError(error.args[0])
        return None

    def _backflush_complete(self):
        """Core's completion, where nobody is there to answer a question."""
        answer = self.with_context(
            skip_redirection=True, backflush_unattended=True
        ).button_mark_done()
        waiting = self.filtered(lambda order: order.state != "done")
        if waiting:
            question = answer.get("res_model", "") if isinstance(answer, dict) else ""
            raise FlushError(
                self.env._(
                    "%(orders)s: Odoo has a question first (%(question)s). Open the "
                    "order and answer it there.",
                    orders=", ".join(waiting.mapped("name")),
                    question=self.env["ir.model"]._get(question).name or question,
                )
            )

    def _backflush_record_failure(self, error):
        """Make the failure visible: a record in the queue, linked to the order."""
        self.ensure_one()
        self.env["backflush.error"]._record_failure(
            {"company_id": self.company_id.id, "production_id": self.id}, error
        )

    def _backflush_resolve_failures(self):
        """Done after all: nothing failed any more."""
        failures = self.sudo().backflush_error_ids.filtered(
            lambda error: error._is_open() and error._is_failure()
        )
        failures._set_state("resolved")
