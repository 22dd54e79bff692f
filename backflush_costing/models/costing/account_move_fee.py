from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Fees for work on own goods, as they are posted."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Say which lines are fees before anything looks at their quantity."""
        documents = self.filtered(
            lambda m: m.is_purchase_document(include_receipts=True)
        )
        documents.invoice_line_ids._backflush_mark_fees()
        documents._backflush_check_fees()
        return super()._post(soft)

    def _backflush_check_fees(self):
        """A fee on an inventory account would count the goods twice."""
        for line in self.invoice_line_ids:
            policy = line._backflush_fee_policy()
            if policy and line.account_id in policy._inventory_accounts():
                raise UserError(
                    self.env._(
                        "%(document)s: the line of %(product)s bills the work on it, "
                        "not the goods: they are in %(account)s already, since the "
                        "receipt. Post the line to %(control)s.",
                        document=line.move_id.display_name,
                        product=line.product_id.display_name,
                        account=line.account_id.display_name,
                        control=policy.conversion_control_account_id.display_name
                        or self.env._("an expense account"),
                    )
                )
