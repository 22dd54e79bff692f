from odoo import fields, models


class BackflushPeriodReversal(models.TransientModel):
    """Take a close back: asks for the reason and the date."""

    _name = "backflush.period.reversal"
    _description = "Reverse a Period Close"

    close_id = fields.Many2one(
        "backflush.period.close",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
        help="What is taken back.",
    )
    reason = fields.Char(required=True, help="Why it is taken back.")
    date = fields.Date(
        help="Accounting date of the reversal; empty: the date of the close."
    )

    def action_apply(self):
        """Post the reversal."""
        self.ensure_one()
        self.close_id.action_reverse(self.reason, self.date)
        return {"type": "ir.actions.act_window_close"}
