from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Landed costs are refused where a policy costs what they would be added to.

    Odoo books them past the subledger, on what is left in stock of a receipt. At
    standard cost it refuses them by itself.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        self._backflush_refuse_landed_costs()
        return super()._post(soft)

    def _backflush_refuse_landed_costs(self):
        """The app of landed costs need not be there.

        :raises UserError: naming the landed cost and the products
        """
        if "stock.landed.cost" not in self.env:
            return
        costs = self.env["stock.landed.cost"].sudo()
        for cost in costs.search([("account_move_id", "in", self.ids)]):
            products = cost.valuation_adjustment_lines.product_id
            costed = products.with_company(cost.company_id).filtered(
                lambda product: product._backflush_policy()
            )
            if costed:
                raise UserError(
                    self.env._(
                        "%(cost)s: %(products)s are costed by %(policy)s, and Odoo "
                        "books landed costs past its subledger. Enter freight and duty "
                        "in the price of the vendor bill, or as a value on the receipt "
                        "(Adjust Valuation).",
                        cost=cost.name,
                        products=", ".join(costed[:5].mapped("display_name")),
                        policy=costed[0]._backflush_policy().name,
                    )
                )
