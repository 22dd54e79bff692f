from odoo import models

from ...engine.numbers import exact


class BackflushConfirmation(models.Model):
    _inherit = "backflush.confirmation"

    def _complete_late(self, planned):
        """The product was received before this report arrived: the ledger follows.

        What the completion parked as not reported has been reported now.
        """
        order = self.production_id
        completion = order.backflush_confirmation_ids.filtered(
            lambda c: c._is_completion()
        )[:1]
        self.share_ids.date_completed = completion.date_event or self.date_event
        self._close(self.share_ids.date_completed)
        waiting = self._report_after_all(completion, planned)
        order._backflush_link_early_issues()
        self._post_late(waiting | self.error_ids)

    def _report_after_all(self, completion, planned):
        """Work off what waited for this report; return those error records."""
        line = completion.line_ids.filtered(lambda own: own._is_of(planned))[:1]
        line.reported_quantity += self.quantity
        waiting = line.error_ids.filtered(
            lambda e: e._is_open() and e._waits_for_report()
        )
        waiting._report_after_all(exact(self.quantity))
        return waiting

    def _post_late(self, errors):
        """Let the ledger follow a report whose product has been received."""
        order = self.production_id
        if not order._backflush_policy():
            errors._set_memo()
            return
        completion = order._backflush_completion(
            self.line_ids._early_moves(),
            errors,
            {},
            links={"confirmation_id": self.id},
        )
        poster = self.env["backflush.poster"].sudo().with_company(self.company_id)
        poster._post_completions([completion])
