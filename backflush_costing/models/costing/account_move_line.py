from odoo import api, models
from odoo.exceptions import UserError

from ...facts import refuse_facts
from .cost_day import on_day

# What the subledger explains of a posted journal item.
FIXED = {
    *("account_id", "balance", "debit", "credit", "amount_currency"),
    *("product_id", "quantity", "move_id"),
}
# What says of a line which stock it stands for: decided when it is made, or posted.
MEANING = {"backflush_is_kit_part", "backflush_kit_line_id", "backflush_is_fee"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Nothing is added to an entry that follows its document."""
        entries = {vals["move_id"] for vals in vals_list if vals.get("move_id")}
        moves = self.env["account.move"].browse(entries)
        moves.filtered(lambda move: move.state == "posted")._backflush_check_protected()
        return super().create(vals_list)

    def write(self, vals):
        """The amounts of a posted entry follow the document that made it."""
        if not self.env.su:
            refuse_facts(self, MEANING & set(vals))
        if FIXED & set(vals):
            self._backflush_check_posted()
        return super().write(vals)

    def unlink(self):
        self._backflush_check_posted()
        return super().unlink()

    def _backflush_check_posted(self):
        posted = self.filtered(lambda line: line.parent_state == "posted")
        posted.move_id._backflush_check_protected()
        posted._backflush_check_recorded()

    def _backflush_check_recorded(self):
        """A posted bill or invoice says what the subledger says it did."""
        documents = self.move_id.filtered(lambda move: move.is_invoice(True))
        if not documents:
            return
        rows = (
            self.env["backflush.posting.line"]
            .sudo()
            ._read_group(
                [("move_id", "in", documents.ids)],
                ["move_id"],
                ["account_id:recordset"],
            )
        )
        recorded = dict(rows)
        for line in self:
            if line.account_id in recorded.get(line.move_id, line.account_id.browse()):
                raise UserError(
                    self.env._(
                        "%(document)s is posted, and %(account)s is explained by it. "
                        "Reset the document to draft, change it there and post it "
                        "anew.",
                        document=line.move_id.display_name,
                        account=line.account_id.display_name,
                    )
                )

    def _compute_account_id(self):
        """A purchase receipt brings goods to inventory as a bill does.

        Core takes bills and credit notes there alone.
        """
        res = super()._compute_account_id()
        for line in self.filtered(lambda item: item.move_id.move_type == "in_receipt"):
            product = line.product_id.with_company(line.company_id)
            if line._eligible_for_stock_account() and product._backflush_policy():
                accounts = product.product_tmpl_id.get_product_accounts(
                    fiscal_pos=line.move_id.fiscal_position_id
                )
                line.account_id = accounts["stock_valuation"]
        return res

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

    def _backflush_is_costed_purchase(self):
        """Whether this is a bill's line that goes to inventory under a policy."""
        product = self.product_id.with_company(self.company_id)
        return (
            self.display_type == "product"
            and self.move_id.is_purchase_document(include_receipts=True)
            and self._eligible_for_stock_account()
            and bool(product._backflush_policy())
            and self.account_id == product._get_product_accounts()["stock_valuation"]
        )

    def _backflush_own_product(self):
        """The product in the document's company, by the standard of its day."""
        product = self.product_id.with_company(self.company_id)
        return on_day(product, self.move_id._backflush_cost_day())

    def _backflush_price_variance_vals(self):
        """Lines that take a bill's line down, or up, to standard."""
        product = self._backflush_own_product()
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, product.uom_id, round=False
        )
        sign = -1 if self.move_id.move_type == "in_refund" else 1
        currency = self.company_currency_id
        price = float(product._backflush_carrying_cost())
        standard = currency.round(sign * quantity * price)
        variance = currency.round(self.balance - standard)
        parts = self._backflush_variance_parts(variance, sign * quantity)
        return [
            {
                "name": (self.name or product.display_name)[:64],
                "move_id": self.move_id.id,
                "partner_id": self.partner_id.id,
                "product_id": product.id,
                "product_uom_id": self.product_uom_id.id,
                "quantity": self.quantity,
                "balance": balance,
                "account_id": some_account.id,
                "analytic_distribution": self.analytic_distribution,
                "display_type": "cogs",
                "tax_ids": [],
            }
            for some_account, balance in (*parts, (self.account_id, -variance))
            if not currency.is_zero(balance)
        ]

    def _backflush_variance_parts(self, variance, quantity):
        """Hook: what a bill's line differs from standard by, and why.

        :param variance: the whole difference, debit positive, rounded
        :param quantity: that the line bills, in the product's unit; negative on a
            credit note
        :return: ``[(account, balance)]`` that sum to the variance, the account of the
            price first
        """
        product = self.product_id.with_company(self.company_id)
        policy = product._backflush_policy()
        fiscal_position = self.move_id.fiscal_position_id
        account = fiscal_position.map_account(policy.price_variance_account_id)
        return [(account, variance)]
