from odoo import fields, models


class BackflushSetupChange(models.TransientModel):
    """One change of the set-up assistant: announced, then made."""

    _name = "backflush.setup.change"
    _description = "Backflush Set-up Change"

    assistant_id = fields.Many2one(
        "backflush.setup.assistant",
        required=True,
        ondelete="cascade",
        help="Run of the assistant.",
    )
    area = fields.Selection(
        [("flow", "Flow"), ("costing", "Costing")],
        required=True,
        help="Part of the set-up.",
    )
    name = fields.Char("Change", required=True, help="What changes, in words.")
    res_model = fields.Char(help="Model of the record that was changed.")
    res_id = fields.Many2oneReference(
        model_field="res_model", help="Record that was changed."
    )

    def action_open(self):
        """Show the record that was changed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
