from odoo import api, fields, models

from ...said import said
from ..flush.waiting.backflush_error_waiting import OPEN


class BackflushError(models.Model):
    """Error records of messages: one that failed, and what was missing for one."""

    _inherit = "backflush.error"

    message_id = fields.Many2one(
        "backflush.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Message that failed, or that reported what is missing.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What is missing while a message is carried out is missing for it."""
        message_id = said(self.env, "backflush_message_id")
        if message_id:
            for vals in vals_list:
                vals.setdefault("message_id", message_id)
        return super().create(vals_list)

    def _failed_messages(self):
        """Messages that these records are the failure of."""
        failures = self.filtered(lambda error: error._is_failure())
        return failures.sudo().message_id.filtered(lambda m: m.state == "failed")

    def _retry(self):
        """A message is carried out again in the background, in its turn."""
        self._failed_messages()._requeue()
        return super()._retry()

    def action_reject(self, reason):
        """Rejecting the record of a message rejects the message."""
        messages = self._failed_messages()
        res = super().action_reject(reason)
        messages._reject(reason)
        return res

    # -- what wakes them up ------------------------------------------------------------

    @api.model
    def _queue_gone(self, domain):
        """A message whose reason has gone away has its turn again."""
        res = super()._queue_gone(domain)
        self._requeue_messages([("date_due", "!=", False)])
        return res

    @api.model
    def _retry_due_failures(self, page):
        """What nothing announces (an order, a lot, a work center) is looked for."""
        waiting = self.sudo().search(
            [
                *self._of_messages(),
                (
                    "cause",
                    "in",
                    ("unknown_reference", "missing_uom_conversion", "period_closed"),
                ),
            ],
            limit=page,
            order="write_date",
        )
        for error in waiting:
            if error._reason_is_gone():
                error.date_due = fields.Datetime.now()
        self._requeue_messages([("date_due", "!=", False)])
        return super()._retry_due_failures(page)

    @api.model
    def _of_messages(self):
        """Domain of open records that are the failure of a message."""
        return [
            ("state", "in", OPEN),
            ("message_id.state", "=", "failed"),
            ("description", "!=", False),
        ]

    @api.model
    def _requeue_messages(self, domain):
        """Have the failed messages of some records carried out again."""
        found = self.sudo().search([*self._of_messages(), *domain])
        found._failed_messages()._requeue()
        found.date_due = False

    def _is_gone_unknown_reference(self):
        message = self._failed_messages()
        return (
            message._is_resolvable()
            if message
            else (super()._is_gone_unknown_reference())
        )

    def _is_gone_missing_uom_conversion(self):
        message = self._failed_messages()
        return (
            message._is_resolvable()
            if message
            else (super()._is_gone_missing_uom_conversion())
        )

    def _is_gone_period_closed(self):
        if not self._failed_messages():
            return super()._is_gone_period_closed()
        company = self.company_id
        day = self.env["backflush.shift"]._of(company, self.event_date)[1]
        journals = self.env["account.journal"]
        return not company._get_violated_lock_dates(day, False, journals)
