from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """Before anything of the template is written: later a wait starts it over."""
        if "standard_price" in vals:
            self.product_variant_ids._backflush_take_turn()
        return super().write(vals)
