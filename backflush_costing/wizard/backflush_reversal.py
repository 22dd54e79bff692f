from odoo import api, fields, models


class BackflushReversal(models.TransientModel):
    """Take a confirmation back: shows what can be undone before it is."""

    _name = "backflush.reversal"
    _description = "Reverse a Confirmation"

    confirmation_id = fields.Many2one(
        "backflush.confirmation",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
        help="What is taken back.",
    )
    reason = fields.Char(required=True, help="Why it is taken back.")
    is_completion = fields.Boolean(
        compute="_compute_preview", help="Whether the product had been received."
    )
    reopen = fields.Boolean(
        "Make It Again",
        default=True,
        help="A new order asks for the quantity that is taken back. The completed "
        "order stays completed, as in Odoo.",
    )
    undone_quantity = fields.Float(
        "Taken Back",
        digits="Product Unit",
        compute="_compute_preview",
        help="What can be undone now.",
    )
    uom_id = fields.Many2one(
        related="confirmation_id.uom_id", help="Unit of the quantity."
    )
    rest = fields.Char(
        compute="_compute_preview", help="What cannot be undone, and what to do first."
    )
    line_ids = fields.One2many(
        related="confirmation_id.line_ids", help="Components that come back."
    )

    @api.depends("confirmation_id")
    def _compute_preview(self):
        for wizard in self:
            confirmation = wizard.confirmation_id.sudo()
            wizard.is_completion = confirmation._is_completion()
            undone, rest = confirmation._reversal_preview()
            wizard.undone_quantity = undone
            wizard.rest = rest

    def action_apply(self):
        """Take it back, and show the confirmation as it stands then."""
        self.ensure_one()
        self.confirmation_id.action_reverse(self.reason, self.reopen)
        return {"type": "ir.actions.act_window_close"}
