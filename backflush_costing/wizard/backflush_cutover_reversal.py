from odoo import fields, models


class BackflushCutoverReversal(models.TransientModel):
    """Take a cutover back: asks for the reason."""

    _name = "backflush.cutover.reversal"
    _description = "Reverse a Cutover"

    cutover_id = fields.Many2one(
        "backflush.cutover",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
        help="What is taken back.",
    )
    reason = fields.Char(required=True, help="Why it is taken back.")

    def action_apply(self):
        """Change the set-up back and post the entry."""
        self.ensure_one()
        self.cutover_id.action_reverse(self.reason)
        return {"type": "ir.actions.act_window_close"}
