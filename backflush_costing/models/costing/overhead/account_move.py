from odoo import models

from ....engine.numbers import ZERO, exact
from ....engine.posting import Posting


class AccountMove(models.Model):
    """What bills and credit notes absorb is kept in the subledger."""

    _inherit = "account.move"

    def _backflush_record_documents(self):
        res = super()._backflush_record_documents()
        poster = self.env["backflush.poster"].sudo()
        for document in self.sudo().filtered(lambda m: m.is_purchase_document(True)):
            postings = document._backflush_absorbed_postings()
            if postings:
                poster._record(document.company_id, document, document.date, postings)
        return res

    def _backflush_absorbed_postings(self):
        """Items of this document on the account that absorbs material overhead."""
        postings = []
        for item in self.line_ids:
            if item.display_type != "cogs" or not item.product_id:
                continue
            account = item._backflush_overhead_account()
            if account and item.account_id == account:
                source = {
                    "product_id": item.product_id.id,
                    "cost_element": "material_overhead",
                }
                balance = exact(item.balance)
                postings.append(Posting("overhead", account, balance, ZERO, source))
        return postings
