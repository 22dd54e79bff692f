from odoo import models
from odoo.exceptions import UserError

from ..cutover_guard import cutting_over


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _backflush_receipt_policy(self):
        """The policy that posts this product's receipts; empty where none does."""
        policy = self._backflush_policy()
        return policy if policy._posts_receipts() else policy.browse()

    def _backflush_check_account(self, account):
        """Unsettled receipts and bills stay on the account that settles them."""
        res = super()._backflush_check_account(account)
        if cutting_over(self.env):
            return res
        lines = self.env["backflush.posting.line"].sudo()
        rows = lines._read_group(
            [
                ("company_id", "=", self.env.company.id),
                ("product_id", "in", self.ids),
                ("kind", "=", "received"),
            ],
            ["product_id", "account_id"],
            ["amount:sum"],
        )
        is_zero = self.env.company.currency_id.is_zero
        for product, held, total in rows:
            policy = product._backflush_receipt_policy()
            if held != policy.received_not_billed_account_id and not is_zero(total):
                raise UserError(
                    self.env._(
                        "%(account)s still holds %(amount)s for %(product)s: goods "
                        "received and not billed, or billed and not received. Complete "
                        "these purchases first.",
                        account=held.display_name,
                        amount=self.env.company.currency_id.format(total),
                        product=product.display_name,
                    )
                )
        return res
