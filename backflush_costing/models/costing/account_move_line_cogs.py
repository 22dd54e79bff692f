from odoo import models

from ...engine.numbers import exact


class AccountMoveLine(models.Model):
    """Cost of goods sold of one invoice line under a policy."""

    _inherit = "account.move.line"

    def _backflush_is_costed_sale(self):
        """Whether this line of an invoice sells stock that a policy costs."""
        if (
            self.display_type != "product"
            or not self.product_id
            or not self.move_id.is_sale_document(include_receipts=True)
        ):
            return False
        product = self.product_id.with_company(self.company_id)
        return bool(product._backflush_policy()) and self._eligible_for_stock_account()

    def _backflush_cogs_vals(self):
        """Dr cost of goods sold / Cr inventory, Cr conversion allocated.

        Rounded to the currency per line; the cost of goods sold is the full
        standard, inventory gives what it carries, conversion allocated the rest.
        """
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        policy = product._backflush_policy()
        held = product._get_product_accounts()["stock_valuation"]
        cost = self._backflush_cost_of(exact(product.standard_price))
        inventory = self._backflush_cost_of(product._backflush_carrying_cost())
        conversion = self.company_currency_id.round(cost - inventory)
        return [
            self._backflush_cogs_line(product, account, balance)
            for account, balance in (
                (held, -inventory),
                (policy.conversion_allocated_account_id, -conversion),
                (self._backflush_cogs_account(product), cost),
            )
            # The subledger reads the quantity off the inventory line.
            if balance or account == held
        ]

    def _backflush_cost_of(self, price):
        """The line's quantity at ``price`` per unit of the product, signed, rounded."""
        sign = -1 if self.move_id.move_type == "out_refund" else 1
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )
        return self.company_currency_id.round(sign * float(exact(quantity) * price))

    def _backflush_cogs_account(self, product):
        """Expense account of the product, as core finds it for this document."""
        accounts = product.product_tmpl_id.get_product_accounts(
            fiscal_pos=self.move_id.fiscal_position_id
        )
        return accounts["expense"] or self.move_id.journal_id.default_account_id

    def _backflush_cogs_line(self, product, account, balance):
        """Values of one cost line."""
        is_cost = account == self._backflush_cogs_account(product)
        return {
            "name": (self.name or product.display_name)[:64],
            "move_id": self.move_id.id,
            "partner_id": self.move_id.commercial_partner_id.id,
            "product_id": product.id,
            "product_uom_id": self.product_uom_id.id,
            "quantity": self.quantity,
            "balance": balance,
            "account_id": account.id,
            "analytic_distribution": self.analytic_distribution if is_cost else False,
            "display_type": "cogs",
            "tax_ids": [],
            "cogs_origin_id": self.id,
        }
