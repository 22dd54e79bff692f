from odoo import api, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Landed costs are refused where a policy costs what they would be added to.

    Odoo books them past the subledger, on what is left in stock of a receipt. At
    standard cost it refuses them by itself.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        # The app of landed costs need not be there.
        if "stock.landed.cost" in self.env:
            costs = self.env["stock.landed.cost"].sudo()
            costs = costs.search([("account_move_id", "in", self.ids)])
            self._backflush_refuse_landed_costs(costs)
        return super()._post(soft)

    @api.model
    def _backflush_refuse_landed_costs(self, costs):
        """:raises UserError: naming the landed cost and the products"""
        for cost in costs:
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


class StockMove(models.Model):
    """Where nothing is left of a receipt a landed cost makes no entry.

    It would change what the receipt, and so what is bought and used since, was worth.
    """

    _inherit = "stock.move"

    def _set_value(self, correction_quantity=None):
        actual = self._backflush_at_actual()
        if actual and "stock.landed.cost" in self.env:
            actual._backflush_refuse_new_landed_costs()
        return super()._set_value(correction_quantity)

    def _backflush_refuse_new_landed_costs(self):
        """Those that this transaction validates; older ones are in the cost already."""
        now = self.env.cr.now().replace(microsecond=0)
        costs = self.env["stock.landed.cost"].sudo()
        new = costs.search(
            [
                ("valuation_adjustment_lines.move_id", "in", self.ids),
                ("state", "=", "done"),
                ("write_date", ">=", now),
            ]
        )
        self.env["account.move"]._backflush_refuse_landed_costs(new)
