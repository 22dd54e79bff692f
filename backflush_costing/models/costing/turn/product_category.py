from odoo import models

from ..cutover_guard import cutting_over

DECIDED = {"property_backflush_policy_id", "property_backflush_role"}


class ProductCategory(models.Model):
    """Products come under a policy and leave it when everybody has posted."""

    _inherit = "product.category"

    def write(self, vals):
        if DECIDED & set(vals) and not cutting_over(self.env):
            self.env["backflush.costing.turn"]._take(self.env.company)
        return super().write(vals)
