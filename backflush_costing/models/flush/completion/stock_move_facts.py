from odoo import api, models
from odoo.exceptions import AccessError


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
        if not self.env.su:
            # Not the values alone: the context can hold defaults.
            made = moves.sudo()
            made_up = {f for f in self._backflush_facts() if any(made.mapped(f))}
            self._backflush_refuse_facts(made_up)
        return moves

    def write(self, vals):
        if not self.env.su:
            self._backflush_refuse_facts(self._backflush_facts() & set(vals))
        return super().write(vals)

    @api.model
    def _backflush_refuse_facts(self, names):
        """Refuse these fields, if any."""
        if names:
            raise AccessError(
                self.env._(
                    "%(fields)s of a stock move follow from what was reported, applied "
                    "or taken back. Use the actions of the order and its documents.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(names)
                    ),
                )
            )
