from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        """A product that changes its category changes its inventory account."""
        res = super().write(vals)
        if {"categ_id", "is_storable"} & set(vals):
            products = self.product_variant_ids.filtered("is_storable")
            for category, some in products.grouped("categ_id").items():
                policy = category._backflush_policy()
                some._backflush_check_account(
                    some[0]._get_product_accounts()["stock_valuation"]
                )
                if policy:
                    some._backflush_ensure_standard()
        return res
