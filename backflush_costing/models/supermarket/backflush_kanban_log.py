from odoo import fields, models


class BackflushKanbanLog(models.Model):
    """Every change of a card: when, by whom, why, and how long it was as before."""

    _name = "backflush.kanban.log"
    _description = "History of a Kanban Card"
    _order = "date desc, id desc"

    kanban_id = fields.Many2one(
        "backflush.kanban",
        "Card",
        required=True,
        index=True,
        ondelete="restrict",
        help="The card.",
    )
    cycle_id = fields.Many2one(
        related="kanban_id.cycle_id", store=True, index=True, help="Its loop."
    )
    company_id = fields.Many2one(
        related="kanban_id.company_id", store=True, index=True, help="Company."
    )
    date = fields.Datetime(required=True, help="When it happened.")
    user_id = fields.Many2one("res.users", help="Who caused it.")
    state_from = fields.Selection(
        selection=lambda self: self._states(), help="State before."
    )
    state_to = fields.Selection(
        selection=lambda self: self._states(), help="State since."
    )
    trigger = fields.Selection(
        [
            ("start", "Put into circulation"),
            ("scan", "Scan"),
            ("button", "Button"),
            ("quantity", "Quantity"),
            ("supply", "Supply"),
            ("reversal", "Reversal"),
        ],
        required=True,
        help="What caused it.",
    )
    quantity = fields.Float(
        "Content", digits="Product Unit", help="Content at that moment."
    )
    document = fields.Char(help="Document behind it.")
    dwell_hours = fields.Float(
        "Hours Before", help="How long the card was in the state before."
    )

    def _states(self):
        return self.env["backflush.kanban"]._fields["state"].selection
