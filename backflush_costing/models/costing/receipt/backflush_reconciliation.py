from collections import defaultdict

from odoo import fields, models

from ....engine.numbers import ZERO, exact


class BackflushReconciliation(models.TransientModel):
    _inherit = "backflush.reconciliation"

    def _proofs(self, company):
        return super()._proofs(company) + self._receipt_proofs(company)

    def _receipt_proofs(self, company):
        """Invariant: goods received, not billed, hold what receipts and bills leave."""
        products = company._backflush_products()
        accounts = defaultdict(products.browse)
        for product in products:
            policy = product._backflush_receipt_policy()
            if policy:
                accounts[policy.received_not_billed_account_id] |= product
        unbilled = company._backflush_unbilled(products, self.date) if accounts else {}
        return [
            self._receipt_proof(company, account, some, unbilled)
            for account, some in accounts.items()
        ]

    def _receipt_proof(self, company, account, products, unbilled):
        """Values of one account's line.

        The amount is what the subledger holds; the quantity of each product is
        compared with what stock and documents say, which know neither account nor
        subledger.
        """
        balance = company._backflush_ledger_balances(account, self.date)[account]
        held, value, rounding = defaultdict(lambda: ZERO), ZERO, ZERO
        for product, kind, quantity, total in self._receipt_rows(company, account):
            if kind == "rounding":
                rounding += exact(total)
            else:
                held[product.id] += exact(quantity)
                value += exact(total)
        wrong = products.filtered(
            lambda p: not p.uom_id.is_zero(float(held[p.id] + unbilled[p.id]))
        )
        return {
            "kind": "receipt",
            "name": account.display_name,
            "account_id": account.id,
            "ledger_balance": float(balance),
            "received_not_billed": float(value),
            "rounding": float(rounding),
            "unexplained": float(balance - value - rounding),
            "failures": ", ".join(wrong[:10].mapped("display_name")),
        }

    def _receipt_rows(self, company, account):
        """The subledger of ``account``, by product and kind."""
        domain = [("company_id", "=", company.id), ("account_id", "=", account.id)]
        if self.date:
            domain.append(("date", "<=", self.date))
        return self.env["backflush.posting.line"]._read_group(
            domain, ["product_id", "kind"], ["quantity:sum", "amount:sum"]
        )


class BackflushReconciliationLine(models.TransientModel):
    _inherit = "backflush.reconciliation.line"

    kind = fields.Selection(
        selection_add=[("receipt", "Goods received, not billed")],
        ondelete={"receipt": "cascade"},
    )
    received_not_billed = fields.Monetary(
        help="On an inventory account: in stock, its vendor bill not posted yet, and "
        "not in the ledger. On the account of goods received: what the vendor is going "
        "to bill for them, less what is billed and not received."
    )
