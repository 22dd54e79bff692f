from odoo import models
from odoo.exceptions import UserError

from ....engine.numbers import ZERO, amount, exact
from ....engine.receipt import Standing
from ..account_move import DOCUMENT_SIGNS


class AccountMoveLine(models.Model):
    """Lines of vendor bills for goods that the receipt brings to inventory."""

    _inherit = "account.move.line"

    def _compute_account_id(self):
        """The bill settles goods received, not billed."""
        res = super()._compute_account_id()
        for line in self:
            account = line._backflush_goods_policy().received_not_billed_account_id
            if account:
                line.account_id = account
        return res

    def _backflush_goods_policy(self):
        """The policy that posts the receipt of what this line bills; else empty."""
        none = self.env["backflush.costing.policy"]
        is_purchase = self.move_id.is_purchase_document(include_receipts=True)
        if not self.product_id or not is_purchase:
            return none
        product = self.product_id.with_company(self.company_id)
        policy = product._backflush_receipt_policy()
        if not policy or not self._backflush_is_billed():
            return none
        return policy if self._eligible_for_stock_account() else none

    def _backflush_is_billed(self):
        """Hook: whether this line bills its product."""
        return self.display_type == "product"

    def _backflush_in_document_currency(self):
        """Hook: ``(currency, exact amount)`` that the document says of this line."""
        return self.currency_id, exact(self.amount_currency)

    def _backflush_is_goods(self):
        """Whether this line settles goods received."""
        account = self._backflush_goods_policy().received_not_billed_account_id
        return bool(account) and self.account_id == account

    def _backflush_is_stray_goods(self):
        """Whether this line would bring goods to inventory a second time."""
        policy = self._backflush_goods_policy()
        return bool(policy) and self.account_id in policy._inventory_accounts()

    def _backflush_order_line(self):
        """The order line that is billed; empty where there is none."""
        line = self.purchase_line_id.sudo()
        return line if line.product_id == self.product_id else line.browse()

    def _backflush_is_in_currency_of(self, order_line):
        """Whether amounts of this line say what the rate did to an order's."""
        return (
            bool(order_line)
            and order_line._backflush_is_foreign()
            and order_line.currency_id == self._backflush_in_document_currency()[0]
        )

    def _backflush_billed_standing(self):
        """What this line says its quantity is worth."""
        units = self.product_uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )
        return Standing(
            DOCUMENT_SIGNS[self.move_id.move_type] * amount(exact(units)),
            exact(self.company_currency_id.round(self.balance)),
            self._backflush_order_amount(),
        )

    def _backflush_order_amount(self):
        """The amount in the currency of the order, if that is a foreign one."""
        order_line = self._backflush_order_line()
        if not order_line or not order_line._backflush_is_foreign():
            return ZERO
        if self._backflush_is_in_currency_of(order_line):
            return amount(self._backflush_in_document_currency()[1])
        return amount(
            exact(
                self.company_currency_id._convert(
                    self.balance,
                    order_line.currency_id,
                    self.company_id,
                    self.move_id.date,
                    round=False,
                )
            )
        )

    def _backflush_standing_of(self, rest):
        """What stays of ``rest``, which this line does not settle.

        Billed in advance stays at what is billed. Goods whose bill is credited are
        received and not billed again: they stand at the order's price, at the rate of
        this document.
        """
        if rest.quantity > 0:
            return rest
        order_line = self._backflush_order_line()
        if not order_line:
            price = self.product_id._backflush_expected_price()
            value = self.company_currency_id.round(float(rest.quantity * price))
            return Standing(rest.quantity, exact(value))
        rate = None
        _currency, own = self._backflush_in_document_currency()
        if self._backflush_is_in_currency_of(order_line) and own:
            rate = exact(self.balance) / own
        return order_line._backflush_standing(
            rest.quantity, self.move_id.date, rate, self.product_id
        )

    def _backflush_difference_account(self, kind, value):
        """Account of a ``price`` variance or an ``exchange`` difference."""
        if kind == "price":
            policy = self.product_id._backflush_receipt_policy()
            return self.move_id.fiscal_position_id.map_account(
                policy.price_variance_account_id
            )
        company = self.company_id
        account = (
            company.expense_currency_exchange_account_id
            if value > 0
            else company.income_currency_exchange_account_id
        )
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account for exchange gains and losses, which "
                    "%(document)s needs: set it in the settings of Accounting.",
                    company=company.display_name,
                    document=self.move_id.display_name,
                )
            )
        return account

    def _backflush_difference_vals(self, changes):
        """Lines that take price and exchange difference off the account."""
        vals_list = []
        for kind in ("price", "exchange"):
            value = sum((getattr(change, kind) for change in changes), ZERO)
            vals_list += self._backflush_pair(kind, value) if value else []
        return vals_list

    def _backflush_pair(self, kind, value):
        """Two lines that take ``value`` off the account as a difference of ``kind``."""
        account = self._backflush_difference_account(kind, value)
        return [
            self._backflush_difference_line(account, value),
            self._backflush_difference_line(self.account_id, -value),
        ]

    def _backflush_difference_line(self, account, balance):
        """Values of one line."""
        return {
            "name": (self.name or self.product_id.display_name)[:64],
            "move_id": self.move_id.id,
            "partner_id": self.partner_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "quantity": self.quantity,
            "balance": float(balance),
            "account_id": account.id,
            "analytic_distribution": self.analytic_distribution,
            "display_type": "cogs",
            "tax_ids": [],
        }
