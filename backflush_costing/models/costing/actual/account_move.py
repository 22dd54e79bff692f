from contextlib import ExitStack

from odoo import models

from ....engine.numbers import exact
from ....engine.posting import Posting
from ..account_move import DOCUMENT_SIGNS
from .account_move_line import TOGETHER


class AccountMove(models.Model):
    """Bills and invoices of products at actual cost."""

    _inherit = "account.move"

    def _post(self, soft=True):
        with self._backflush_restating_documents():
            posted = super()._post(soft)
            posted._backflush_value_receipts()
            return posted

    def _stock_account_prepare_realtime_out_lines_vals(self):
        """Of several invoices each takes what the one before has left."""
        together = self.with_context(**{TOGETHER: self.ids})
        return super(
            AccountMove, together
        )._stock_account_prepare_realtime_out_lines_vals()

    def write(self, vals):
        if vals.get("state") not in ("draft", "cancel"):
            return super().write(vals)
        posted = self.filtered(lambda move: move.state == "posted")
        with posted._backflush_restating_documents():
            res = super().write(vals)
            posted._backflush_value_receipts()
            return res

    def button_draft(self):
        with self._backflush_restating_documents():
            return super().button_draft()

    def button_cancel(self):
        with self._backflush_restating_documents():
            return super().button_cancel()

    def _backflush_restating_documents(self):
        """Context manager around a change of state of these documents."""
        stack = ExitStack()
        documents = self.filtered(lambda m: m.move_type in DOCUMENT_SIGNS)
        for company, some in documents.grouped("company_id").items():
            dates = [date for date in some.mapped("date") if date]
            products = some._backflush_restated_products()
            stack.enter_context(
                company._backflush_restating(products, max(dates, default=None))
            )
        return stack

    def _backflush_restated_products(self):
        """What these documents are about; of a kit that is bought its parts, too."""
        lines = self.invoice_line_ids
        parts = [part for line in lines for part in line._backflush_bought_parts()]
        return lines.product_id.union(*(part.product for part in parts))

    def _backflush_value_receipts(self):
        """Receipts follow their bills, also those that core leaves as they were.

        Core values them when a bill is posted, not when it is reversed or drafted.
        """
        bills = self.sudo().filtered(lambda m: m.is_purchase_document(True))
        moves = bills.line_ids._get_stock_moves()
        moves.filtered("is_in")._backflush_at_actual()._set_value()

    def _backflush_document_postings(self, kind, product, account, lines):
        """At actual cost a document books what it says."""
        if not product._backflush_at_actual():
            return super()._backflush_document_postings(kind, product, account, lines)
        quantity = self._backflush_document_quantity(lines)
        value = exact(sum(lines.mapped("balance")))
        return [Posting(kind, account, value, quantity, {"product_id": product.id})]

    def _backflush_revaluation_pair(self, product, account, revaluation, balance):
        """A reversal at actual cost takes back what was booked."""
        if product._backflush_at_actual():
            return []
        return super()._backflush_revaluation_pair(
            product, account, revaluation, balance
        )
