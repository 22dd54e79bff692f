from odoo import models


class BackflushConfirmation(models.Model):
    """What is taken back was not used: approvals count it as left again."""

    _inherit = "backflush.confirmation"

    def write(self, vals):
        res = super().write(vals)
        if "reversed_quantity" in vals:
            self.sudo().use_ids.deviation_id._reopen()
        return res
