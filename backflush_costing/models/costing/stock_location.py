from odoo import api, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    @api.model_create_multi
    def create(self, vals_list):
        """Where goods are lost or scrapped later on has an account from the start."""
        locations = super().create(vals_list)
        for location in locations.filtered(
            lambda place: place.usage == "inventory" and not place.valuation_account_id
        ):
            policies = self.env["backflush.costing.policy"].sudo()
            policies = policies.search([("company_id", "=", location.company_id.id)])
            used = policies.filtered(lambda p: p._is_costed() and p.category_count)
            account = used[:1].inventory_difference_account_id
            location.sudo().valuation_account_id = account
        return locations
