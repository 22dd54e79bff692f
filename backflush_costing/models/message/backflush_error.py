from odoo import api, fields, models

from ...said import said
from ..flush.waiting.backflush_error_waiting import OPEN
from .backflush_message import OPEN as UNDECIDED

#: Causes that go away without anything saying so: an order, a lot, a line is created.
LOOKED_FOR = ("unknown_reference", "missing_uom_conversion", "period_closed")
#: Records that are looked at in one run of the background, in turn.
LOOK = 1000


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
    date_looked = fields.Datetime(
        "Looked At",
        readonly=True,
        copy=False,
        help="When the background looked last whether the reason of the failed message "
        "has gone away.",
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
        """Rejecting the record of a message rejects it, also while it is retried."""
        failures = self.filtered(lambda error: error._is_failure())
        res = super().action_reject(reason)
        messages = failures.sudo().message_id
        messages.filtered(lambda m: m.state in UNDECIDED)._reject(reason)
        return res

    def action_correct_message(self):
        """The form that sends the failed message again with a correction.

        :return: its action
        """
        self._check_role("backflush_costing.group_backflush_supervisor")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_message_remedy"
        )
        message = self._failed_messages()
        context = {
            "active_model": message._name,
            "active_ids": message.ids,
            "default_kind": "resubmit",
        }
        return {**action, "context": context}

    def _remedies(self):
        """What was reported wrong can be sent again as it should have been."""
        remedies = super()._remedies()
        return (*remedies, "resubmit") if self._failed_messages() else remedies

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
            [*self._of_messages(), ("cause", "in", LOOKED_FOR)],
            limit=LOOK,
            # Whoever waits longest for a look comes first: all have their turn.
            order="date_looked NULLS FIRST, id",
        )
        now = fields.Datetime.now()
        waiting.date_looked = now
        waiting.filtered(lambda error: error._reason_is_gone()).date_due = now
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
