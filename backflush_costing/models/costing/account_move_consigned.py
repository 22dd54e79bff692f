from odoo import models
from odoo.exceptions import UserError

from ...engine.posting import Posting


class AccountMove(models.Model):
    """Bills of used consigned stock, as they are posted."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Say which lines settle consignment before anything looks at them."""
        documents = self.filtered(
            lambda m: m.is_purchase_document(include_receipts=True)
        )
        documents._backflush_mark_consigned()
        return super()._post(soft)

    def _backflush_mark_consigned(self):
        """Flag and account say the same, or the document is refused."""
        for line in self.invoice_line_ids:
            policy = line._backflush_billed_policy()
            payable = policy.consignment_account_id
            if not payable:
                continue
            if line.account_id == payable:
                if not line.backflush_is_consigned:
                    account = line.account_id
                    line.backflush_is_consigned = True
                    line.account_id = account
            elif (
                line.backflush_is_consigned
                and line.account_id in policy._inventory_accounts()
            ):
                raise UserError(
                    self.env._(
                        "%(document)s: %(product)s belonged to the vendor until it was "
                        "used and is in no inventory account. Post the line to "
                        "%(payable)s, or say that it does not settle consignment.",
                        document=line.move_id.display_name,
                        product=line.product_id.display_name,
                        payable=payable.display_name,
                    )
                )

    def _backflush_inventory_lines(self):
        """With them, by product, what settles consignment payable."""
        groups = super()._backflush_inventory_lines()
        settled = self.line_ids.filtered("backflush_is_consigned").product_id
        for line in self.line_ids:
            product = line.product_id
            if product not in settled or line.display_type not in ("product", "cogs"):
                continue
            payable = product._backflush_policy().consignment_account_id
            if payable and line.account_id == payable:
                groups[product, payable] |= line
        return groups

    def _backflush_document_postings(self, kind, product, account, lines):
        """What settles consignment payable is recorded with its owner."""
        postings = super()._backflush_document_postings(kind, product, account, lines)
        if account != product._backflush_policy().consignment_account_id:
            return postings
        owner = {"owner_id": self.commercial_partner_id.id}
        return [
            Posting(
                "consigned" if posting.kind == kind else posting.kind,
                posting.account,
                posting.amount,
                posting.quantity,
                {**posting.source, **owner},
            )
            for posting in postings
        ]
