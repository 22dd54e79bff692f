from odoo import models


class MrpWorkorder(models.Model):
    """A finished operation makes room where hours are limited."""

    _inherit = "mrp.workorder"

    def button_finish(self):
        res = super().button_finish()
        orders = self.env["mrp.production"]
        orders._backflush_wake_queue(self.production_id.company_id)
        return res
