from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_cogs_value(self):
        """Under a policy goods leave at today's standard.

        Core lets a later invoice of an order catch up on the earlier ones after a
        price change; stock has been revalued by an entry already, the catch-up
        would count it twice.
        """
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        if product.is_storable and product._backflush_policy():
            return product.standard_price
        return super()._get_cogs_value()
