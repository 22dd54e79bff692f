from odoo import api, fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    backflush_sets_account = fields.Boolean(
        "Account of a Costing Policy",
        readonly=True,
        copy=False,
        help="Whether a costing policy has set the account for counts and scrap here; "
        "it is taken off again when the last category leaves the policies.",
    )

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
            if account:
                location.sudo()._backflush_set_account(account)
        return locations

    def _backflush_set_account(self, account):
        """Counts and scrap at these locations go to ``account``, until policies go."""
        self.write({"valuation_account_id": account.id, "backflush_sets_account": True})
