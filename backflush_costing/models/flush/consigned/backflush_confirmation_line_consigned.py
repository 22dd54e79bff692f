from odoo import api, fields, models

from ....engine.numbers import ZERO


class BackflushConfirmationLine(models.Model):
    """How much of a component belonged to somebody else."""

    _inherit = "backflush.confirmation.line"

    consigned_quantity = fields.Float(
        "Consigned",
        digits="Product Unit",
        compute="_compute_consigned_quantity",
        help="Of what was issued, what belonged to somebody else; returns deducted.",
    )

    @api.depends("move_ids.state", "move_ids.quantity")
    def _compute_consigned_quantity(self):
        for line in self:
            moved = [move._backflush_consigned_quantities() for move in line.move_ids]
            total = sum((sum(some.values(), ZERO) for some in moved), ZERO)
            line.consigned_quantity = float(ZERO - total)
