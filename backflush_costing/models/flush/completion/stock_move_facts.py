from odoo import api, models

from ....facts import refuse_entered, refuse_facts


class StockMove(models.Model):
    """Which document a stock move belongs to follows from what happened.

    Such fields are shown and never entered: whoever could write them would change what
    a confirmation says was issued.
    """

    _inherit = "stock.move"

    @api.model
    def _backflush_facts(self):
        """Hook: names of the fields that nobody writes from outside."""
        return {
            "backflush_confirmation_line_id",
            "backflush_credits_owner",
            "backflush_unit_cost",
        }

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # Not the values alone: the context can hold defaults.
        refuse_entered(moves, self._backflush_facts())
        return moves

    def write(self, vals):
        if not self.env.su:
            refuse_facts(self, self._backflush_facts() & set(vals))
        return super().write(vals)
