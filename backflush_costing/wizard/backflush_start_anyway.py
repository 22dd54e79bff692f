from odoo import api, fields, models


class BackflushStartAnyway(models.TransientModel):
    """Start operations though handling units are missing: a supervisor says why."""

    _name = "backflush.start.anyway"
    _description = "Start Without Handling Units"

    workorder_ids = fields.Many2many(
        "mrp.workorder",
        string="Operations",
        readonly=True,
        default=lambda self: self.env.context.get("active_ids"),
        help="Operations that are started.",
    )
    lacking = fields.Text(
        "Missing",
        compute="_compute_lacking",
        help="Which handling units are missing, or hold too little.",
    )
    reason = fields.Char(
        required=True, help="Why it is right to start; kept on record."
    )

    @api.depends("workorder_ids")
    def _compute_lacking(self):
        for wizard in self:
            wizard.lacking = "\n".join(
                sentence
                for workorder in wizard.workorder_ids._origin
                for sentence in workorder._backflush_lacking_units()
            )

    def action_start(self):
        """Start them."""
        self.workorder_ids.action_backflush_start_anyway(self.reason)
        return {"type": "ir.actions.act_window_close"}
