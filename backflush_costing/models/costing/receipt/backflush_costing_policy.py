from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BackflushCostingPolicy(models.Model):
    """Which event of a purchase is the trigger point."""

    _inherit = "backflush.costing.policy"

    purchase_event = fields.Selection(
        [
            ("bill", "Vendor bill"),
            ("receipt", "Receipt (goods received, not billed)"),
        ],
        "Purchase Is Posted At",
        required=True,
        default="bill",
        tracking=True,
        help="The event of a purchase that brings material into inventory. At the "
        "vendor bill: what is received and not billed yet is no entry, the "
        "reconciliation lists it. At the receipt: inventory is debited against goods "
        "received, not billed, at the price of the purchase order; the bill settles "
        "that account. Without effect where the purchase is no trigger point.",
    )
    received_not_billed_account_id = fields.Many2one(
        "account.account",
        "Goods Received, Not Billed",
        check_company=True,
        tracking=True,
        help="Credited at the receipt with what the vendor is going to bill, and "
        "debited by the bill. Its balance is the price of what is received and not "
        "billed, less what is billed and not received.",
    )

    def _posts_receipts(self):
        """Whether the receipt brings material into inventory."""
        return (
            self._is_costed()
            and self._triggers().purchase
            and self.purchase_event == "receipt"
        )

    def _required_accounts(self):
        names = super()._required_accounts()
        if self._posts_receipts():
            names = (*names, "received_not_billed_account_id")
        return names

    @api.constrains("received_not_billed_account_id", "rip_account_id", "fg_account_id")
    def _check_received_not_billed_account(self):
        for policy in self:
            account = policy.received_not_billed_account_id
            others = policy.rip_account_id | policy.fg_account_id
            if account & (others | policy.suspense_account_id):
                raise ValidationError(
                    self.env._(
                        "%s: goods received, not billed, need an account of their own.",
                        policy.name,
                    )
                )

    @api.constrains("purchase_event")
    def _check_used_policy_posts_receipts(self):
        """A policy that costs products already must be able to post their receipts."""
        self.filtered("category_count")._check_ready()

    def write(self, vals):
        if "purchase_event" in vals:
            event = vals["purchase_event"]
            changed = self.filtered(lambda policy: policy.purchase_event != event)
            changed._check_nothing_unbilled()
        return super().write(vals)

    def _check_nothing_unbilled(self):
        """Receipts and bills that meet must have been posted by the same rule."""
        for policy in self.filtered(
            lambda p: p._is_costed() and p._triggers().purchase
        ):
            waiting = policy._unbilled_products()
            if waiting:
                raise ValidationError(
                    self.env._(
                        "%(policy)s: %(products)s are received and not billed, or "
                        "billed and not received. Complete these purchases before you "
                        "change the event that posts them.",
                        policy=policy.name,
                        products=", ".join(waiting[:5].mapped("display_name")),
                    )
                )

    def _unbilled_products(self):
        """Products of this policy whose receipts and bills differ in quantity."""
        company = self.company_id.sudo().with_company(self.company_id)
        products = company._backflush_products()
        products = products.filtered(lambda p: p._backflush_policy() == self)
        unbilled = company._backflush_unbilled(products)
        return products.filtered(lambda p: unbilled[p.id])
