from odoo import fields, models


class AccountMoveLine(models.Model):
    """Fees: a vendor bills work on goods that the company made of its own components.

    The goods come into the ledger with the completed order, at standard. What the
    vendor bills is conversion cost incurred, whatever product the line names.
    """

    _inherit = "account.move.line"

    backflush_is_fee = fields.Boolean(
        "Bills Work",
        readonly=True,
        copy=False,
        help="The line bills work on goods that were made of own components, not the "
        "goods. Decided when the document is posted.",
    )

    def _backflush_bills_work(self):
        """Hook: whether the line bills the work on its product, and not the product.

        An addon that knows how the product was made extends it.
        """
        self.ensure_one()
        return False

    def _backflush_mark_fees(self):
        """Keep with each line what it bills, for the proof."""
        for line in self.filtered("product_id"):
            is_fee = line._backflush_bills_work()
            if line.backflush_is_fee != is_fee:
                line.sudo().backflush_is_fee = is_fee

    def _backflush_fee_policy(self):
        """The policy that costs a fee's product; empty for every other line."""
        self.ensure_one()
        none = self.env["backflush.costing.policy"]
        document = self.move_id
        if (
            not self.product_id
            or self.display_type != "product"
            or not document.is_purchase_document(include_receipts=True)
        ):
            return none
        is_fee = (
            self.backflush_is_fee
            if document.state == "posted"
            else self._backflush_bills_work()
        )
        product = self.product_id.with_company(self.company_id)
        return product._backflush_policy() if is_fee else none

    def _eligible_for_stock_account(self):
        """A fee brings no goods: neither inventory nor a price difference."""
        return super()._eligible_for_stock_account() and not (
            self._backflush_fee_policy()
        )

    def _compute_account_id(self):
        """Fees are collected with the other conversion costs.

        Without such an account they go where the product's category says.
        """
        res = super()._compute_account_id()
        for line in self:
            control = line._backflush_fee_policy().conversion_control_account_id
            if control:
                fiscal_position = line.move_id.fiscal_position_id
                line.account_id = fiscal_position.map_account(control)
        return res
