from odoo import api, fields, models


class BackflushPeriodClose(models.Model):
    """What a close is warned of, and what it is refused for, before it is posted."""

    _inherit = "backflush.period.close"

    open_required_count = fields.Integer(
        compute="_compute_open_counts",
        help="Open error records that must be resolved before this close.",
    )
    open_recommended_count = fields.Integer(
        compute="_compute_open_counts",
        help="Open error records whose resolution is recommended before this close.",
    )

    @api.depends("company_id", "date", "state")
    def _compute_open_counts(self):
        for close in self:
            draft = close.state == "draft" and close.date
            for severity in ("required", "recommended"):
                close[f"open_{severity}_count"] = (
                    len(close._open_errors(severity)) if draft else 0
                )

    def _open_errors(self, severity):
        """Open error records of the period, oldest first."""
        end = self.company_id._backflush_end_of_day(self.date)
        return self.env["backflush.error"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("open", "in_process")),
                ("severity", "=", severity),
                ("event_date", "<=", end),
            ]
        )

    def action_open_errors(self):
        """Show the open records of the period, those that block it first."""
        self.ensure_one()
        errors = self._open_errors("required") | self._open_errors("recommended")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_error"
        )
        return {**action, "domain": [("id", "in", errors.ids)], "context": {}}
