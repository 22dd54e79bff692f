from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    backflush_confirmation_count = fields.Integer(
        "Confirmations",
        compute="_compute_backflush_confirmation_count",
        help="Number of confirmations that the entry journalises.",
    )

    def _compute_backflush_confirmation_count(self):
        for entry in self:
            entry.backflush_confirmation_count = len(entry._backflush_confirmations())

    def _backflush_confirmations(self):
        """Confirmations behind the entry: completions, work-offs, reversals."""
        self.ensure_one()
        lines = self.env["backflush.posting.line"].sudo()
        rows = lines._read_group(
            [("move_id", "in", self.ids), ("confirmation_id", "!=", False)],
            ["confirmation_id"],
        )
        found = self.env["backflush.confirmation"].sudo()
        return found.union(*(row[0] for row in rows)) if rows else found

    def action_open_backflush_confirmations(self):
        """Show the confirmations that the entry journalises."""
        self.ensure_one()
        confirmations = self._backflush_confirmations()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirmations of %s", self.name),
            "res_model": "backflush.confirmation",
            "view_mode": "list,form",
            "domain": [("id", "in", confirmations.ids)],
        }
        if len(confirmations) == 1:
            action.update(view_mode="form", res_id=confirmations.id)
        return action
