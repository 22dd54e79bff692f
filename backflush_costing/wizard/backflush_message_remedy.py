from odoo import api, fields, models
from odoo.exceptions import UserError


class BackflushMessageRemedy(models.TransientModel):
    """Reject messages with a reason, or send one again with a correction."""

    _name = "backflush.message.remedy"
    _description = "Correct or Reject Messages"

    message_ids = fields.Many2many(
        "backflush.message",
        required=True,
        readonly=True,
        help="Messages that are concerned.",
    )
    message_id = fields.Many2one(
        "backflush.message",
        compute="_compute_message_id",
        help="The message, where it is one.",
    )
    kind = fields.Selection(
        [("resubmit", "Correct and resubmit"), ("reject", "Reject")],
        string="What to Do",
        required=True,
        default="reject",
        help="Correct: another message takes its place. Reject: it never takes effect.",
    )
    reject_reason = fields.Char(
        "Rejected Because", help="Why the message is wrong, in words."
    )
    failed_because = fields.Text(
        related="message_id.reason", help="Why the message failed."
    )
    order = fields.Char(help="Manufacturing order, by its number.")
    operation = fields.Char(help="Operation of the order, by its name or barcode.")
    workcenter = fields.Char("Work Center", help="Work center, by its code or name.")
    product = fields.Char(help="Product, by its internal reference or barcode.")
    substitute = fields.Char(help="What is used instead, by reference or barcode.")
    lot = fields.Char("Lot/Serial", help="Lot or serial number.")
    hu = fields.Char("Handling Unit", help="Handling unit, by its number.")
    position = fields.Char(help="Place at the work center, if it has several.")
    # As it was sent, whatever quantities are rounded to: only a person changes it.
    quantity = fields.Float(
        min_display_digits="Product Unit", help="Quantity that was reported."
    )
    uom = fields.Char("Unit", help="Unit of the quantity, by its name.")
    reason = fields.Char(help="Reason that was reported, by its name.")
    event_time = fields.Datetime("Happened", help="When it happened.")
    final = fields.Boolean(help="Nothing more comes of the order.")

    @api.model
    def default_get(self, fields_list):
        """What was sent stands in the form, to be corrected."""
        values = super().default_get(fields_list)
        ids = self.env.context.get("active_ids", [])
        if self.env.context.get("active_model") == "backflush.message":
            values["message_ids"] = [fields.Command.set(ids)]
            messages = self.env["backflush.message"].browse(ids)
            if len(messages) == 1:
                values |= self._sent(messages)
        return values

    @api.model
    def _sent(self, message):
        """``{key: value}`` of what the form can correct, as its fields show it."""
        payload = message.payload or {}
        sent = {key: payload[key] for key in self._keys() if key in payload}
        return {**sent, "event_time": message.date_event}

    @api.model
    def _keys(self):
        """Keys of a message that the form can correct."""
        return (
            *("order", "operation", "workcenter", "product", "substitute", "lot"),
            *("hu", "position", "quantity", "uom", "reason", "event_time", "final"),
        )

    @api.depends("message_ids")
    def _compute_message_id(self):
        for wizard in self:
            one = wizard.message_ids if len(wizard.message_ids) == 1 else False
            wizard.message_id = one

    def action_apply(self):
        """Do what was chosen."""
        self.ensure_one()
        if self.kind == "reject":
            self.message_ids.action_reject(self.reject_reason)
        else:
            self._resubmit()
        return {"type": "ir.actions.act_window_close"}

    def _resubmit(self):
        """Send the one message again, with what was changed in the form."""
        if not self.message_id:
            raise UserError(self.env._("Correct one message at a time."))
        sent = self._sent(self.message_id)
        changed = {
            key: self[key] or None
            for key in self._keys()
            if (self[key] or None) != (sent.get(key) or None)
        }
        if changed.get("event_time"):
            changed["event_time"] = f"{self.event_time.isoformat()}Z"
        if not changed:
            raise UserError(
                self.env._("Nothing is changed. Reprocess the message as it is.")
            )
        self.message_id.action_resubmit(changed)
