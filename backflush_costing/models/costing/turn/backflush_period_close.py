from odoo import models


class BackflushPeriodClose(models.Model):
    """A balance is settled once, and with all that was posted.

    Two people who close different days of one company would both settle what they
    saw; an entry that is being posted would be left over.
    """

    _inherit = "backflush.period.close"

    def action_post(self):
        self._take_turn()
        return super().action_post()

    def action_reverse(self, reason, date=None):
        self._take_turn()
        return super().action_reverse(reason, date)

    def _take_turn(self):
        self._check_cost_accountant()
        for company in self.sudo().company_id.sorted("id"):
            self.env["backflush.costing.turn"]._take(company)
