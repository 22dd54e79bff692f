from odoo import api, models
from odoo.exceptions import UserError

from ...flush.waiting.backflush_error_retry import CONFLICTS

TRIES = 5


class MrpProduction(models.Model):
    """The queue before full lines releases itself when there is room."""

    _inherit = "mrp.production"

    def button_mark_done(self):
        res = super().button_mark_done()
        self._backflush_wake_queue(self.company_id)
        return res

    def _action_cancel(self):
        res = super()._action_cancel()
        self.filtered("backflush_queued_since").backflush_queued_since = False
        self._backflush_wake_queue(self.company_id)
        return res

    def action_leave_queue(self):
        """The order does not wait any more: it is a draft as others.

        :return: True
        """
        self.check_access("write")
        self.backflush_queued_since = False
        self._backflush_wake_queue(self.company_id)
        return True

    @api.model
    def _backflush_wake_queue(self, companies):
        """Have the queue looked at in the background, where anything waits in it."""
        if not self.env["backflush.wip.limit"]._ids_of(tuple(sorted(companies.ids))):
            return
        waiting = [
            ("backflush_queued_since", "!=", False),
            ("state", "=", "draft"),
            ("company_id", "in", companies.ids),
        ]
        if self.sudo().search_count(waiting, limit=1):
            job = self.env.ref(
                "backflush_costing.cron_release_queue", raise_if_not_found=False
            )
            if job:
                job._trigger()

    @api.model
    def _cron_release_queue(self):
        """Release what there is room for, company by company, by priority."""
        waiting = self.search(
            [("backflush_queued_since", "!=", False), ("state", "=", "draft")]
        ).grouped("company_id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting))
        for company, orders in waiting.items():
            if orders.with_company(company)._backflush_release_in_turn():
                cron._commit_progress(1)

    def _backflush_release_in_turn(self):
        """Release those of one company; False where others were faster every time."""
        for _attempt in range(TRIES):
            try:
                self._backflush_release()
                self.env.flush_all()
                return True
            except CONFLICTS:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        return False

    def _backflush_release(self):
        """Release those that fit; one that cannot be confirmed leaves the queue."""
        waiting = self.filtered(lambda order: order.state == "draft")
        for order in waiting._backflush_admitted()._backflush_by_rank():
            try:
                with self.env.cr.savepoint():
                    order.action_confirm()
            except UserError as failure:
                order.backflush_queued_since = False
                order.message_post(
                    body=self.env._(
                        "There was room, but the order cannot be released: %s", failure
                    )
                )
