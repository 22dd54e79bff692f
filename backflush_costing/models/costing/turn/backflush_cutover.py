from odoo import models


class BackflushCutover(models.Model):
    """The books are read when everybody has posted, and nobody posts meanwhile."""

    _inherit = "backflush.cutover"

    def action_post(self):
        self._take_turn()
        return super().action_post()

    def action_reverse(self, reason):
        self._take_turn()
        return super().action_reverse(reason)

    def _take_turn(self):
        self._check_cost_accountant()
        for company in self.company_id:
            self.env["backflush.costing.turn"]._take(company)
