from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting
from ...said import Said
from .cost_day import on_day

# Sign of the stock that a document's lines bring to the inventory account.
DOCUMENT_SIGNS = {
    "in_invoice": 1,
    "in_receipt": 1,
    "in_refund": -1,
    "out_invoice": -1,
    "out_receipt": -1,
    "out_refund": 1,
}
# Odoo rounds every line of a document; more than this per line is no rounding.
ROUNDING_PER_LINE = exact(0.01)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Record in the subledger what documents book on inventory accounts."""
        if self.env.context.get("move_reverse_cancel"):
            self._backflush_revalue_reversals()
        posted = super()._post(soft)
        posted._backflush_record_documents()
        return posted

    def _stock_account_prepare_anglo_saxon_in_lines_vals(self):
        """Under a policy the price variance is at the bill's own rate and date.

        Core converts the difference at today's rate, so that a backdated bill in
        a foreign currency would leave inventory off its standard.
        """
        costed = self._backflush_billed_lines().filtered(
            lambda line: line._backflush_is_costed_purchase()
        )
        vals_list = super()._stock_account_prepare_anglo_saxon_in_lines_vals()
        kept = [
            vals
            for vals in vals_list
            if not costed.filtered(
                lambda line, vals=vals: (
                    line.move_id.id == vals["move_id"]
                    and line.product_id.id == vals["product_id"]
                )
            )
        ]
        return kept + [
            vals for line in costed for vals in line._backflush_price_variance_vals()
        ]

    def _backflush_billed_lines(self):
        """Hook: lines of a vendor's document that bill what a receipt brings."""
        return self.invoice_line_ids

    def write(self, vals):
        """A document's state does not change behind the subledger's back."""
        if {"date", "journal_id", "line_ids"} & set(vals):
            posted = self.filtered(lambda move: move.state == "posted")
            posted._backflush_check_protected()
        if vals.get("state") in ("draft", "cancel"):
            posted = self.filtered(lambda move: move.state == "posted")
            posted._backflush_check_protected()
            res = super().write(vals)
            posted._backflush_forget_documents()
            return res
        return super().write(vals)

    def _compute_show_reset_to_draft_button(self):
        """What would be refused is not offered."""
        res = super()._compute_show_reset_to_draft_button()
        self._backflush_entries().show_reset_to_draft_button = False
        return res

    def button_draft(self):
        self._backflush_check_protected()
        res = super().button_draft()
        self._backflush_forget_documents()
        return res

    def button_cancel(self):
        self._backflush_check_protected()
        res = super().button_cancel()
        self._backflush_forget_documents()
        return res

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._backflush_check_protected()
        return super()._reverse_moves(default_values_list, cancel)

    def unlink(self):
        self._backflush_check_protected()
        return super().unlink()

    def _backflush_entries(self):
        """Those of these entries that the poster or a stock move wrote."""
        candidates = self.filtered(lambda m: m.move_type == "entry" and m.id)
        lines = (
            self.env["backflush.posting.line"]
            .sudo()
            ._read_group([("move_id", "in", candidates.ids)], ["move_id"])
            if candidates
            else []
        )
        return self.browse(move.id for (move,) in lines)

    def _backflush_check_protected(self):
        """Stock and ledger would part: these entries follow their document."""
        protected = self._backflush_entries()
        if protected:
            raise UserError(
                self.env._(
                    "%(entry)s was posted by %(reference)s and follows it. Unbuild "
                    "or correct the order, the error record or the standard cost "
                    "instead: the entry is then corrected with it.",
                    entry=protected[0].name,
                    reference=protected[0].ref,
                )
            )

    def _backflush_forget_documents(self):
        """A document that is a draft again holds nothing on inventory."""
        lines = (
            self.env["backflush.posting.line"]
            .sudo()
            .search([("move_id", "in", self.ids)])
        )
        poster = self.env["backflush.poster"].sudo()
        for document, some in lines.grouped("move_id").items():
            poster._revalue_forgotten(document, some)
        lines.with_context(backflush_unpost_document=Said(True)).unlink()

    def _backflush_inventory_lines(self):
        """``{(product, account): journal items}`` on inventory under a policy."""
        self.ensure_one()
        groups = defaultdict(lambda: self.env["account.move.line"])
        for line in self.line_ids:
            if line.display_type not in ("product", "cogs") or not line.product_id:
                continue
            product = line.product_id
            if not product.is_storable or not product._backflush_policy():
                continue
            account = product._get_product_accounts()["stock_valuation"]
            if line.account_id == account:
                groups[product, account] |= line
        return groups

    def _backflush_document_quantity(self, lines):
        """Signed stock quantity of a document's lines, in the product's unit.

        Bills carry it on their product lines, of kits on the lines of their parts;
        invoices on the cost lines.
        """
        kind = "product" if self.is_purchase_document(True) else "cogs"
        total = sum(
            (
                exact(
                    line.product_uom_id._compute_quantity(
                        line.quantity, line.product_id.uom_id, round=False
                    )
                )
                for line in lines
                if line.display_type == kind or line.backflush_is_kit_part
            ),
            ZERO,
        )
        return DOCUMENT_SIGNS[self.move_type] * total

    def _backflush_record_documents(self):
        """Write bills and invoices into the subledger, at standard."""
        documents = self.filtered(lambda m: m.move_type in DOCUMENT_SIGNS)
        poster = self.env["backflush.poster"].sudo()
        for document in documents.sudo():
            document = document.with_company(document.company_id)
            kind = "bill" if document.is_purchase_document(True) else "cogs"
            postings = []
            for (
                product,
                account,
            ), lines in document._backflush_inventory_lines().items():
                postings += document._backflush_document_postings(
                    kind, product, account, lines
                )
            postings += document._backflush_conversion_postings()
            if postings:
                poster._record(document.company_id, document, document.date, postings)

    def _backflush_conversion_postings(self):
        """Conversion that an invoice allocated because no completion had."""
        postings = []
        for line in self.line_ids.filtered(lambda item: item.display_type == "cogs"):
            policy = line.product_id._backflush_policy() if line.product_id else False
            account = line.account_id
            if policy and account == policy.conversion_allocated_account_id:
                units = line.product_uom_id._compute_quantity(
                    line.quantity, line.product_id.uom_id, round=False
                )
                quantity = DOCUMENT_SIGNS[self.move_type] * exact(units)
                source = {"product_id": line.product_id.id}
                balance = exact(line.balance)
                postings.append(
                    Posting("conversion", account, balance, quantity, source)
                )
        return postings

    def _backflush_document_postings(self, kind, product, account, lines):
        """A document's effect at standard, and the rounding of its lines."""
        quantity = self._backflush_document_quantity(lines)
        product = on_day(product, self._backflush_cost_day())
        value = amount(quantity * product._backflush_carrying_cost())
        rounding = exact(sum(lines.mapped("balance"))) - value
        source = {"product_id": product.id}
        postings = [Posting(kind, account, value, quantity, source)]
        if rounding and abs(rounding) <= ROUNDING_PER_LINE * len(lines):
            postings.append(Posting("rounding", account, rounding, ZERO, source))
        return postings

    def _backflush_cost_day(self):
        """The day whose standards count for this document; None for today's."""
        day = self._backflush_booked_on()
        return day if self.company_id._backflush_released_since(day) else None

    def _backflush_booked_on(self):
        """The day that this document is booked on, or is going to be; None for now.

        Odoo settles that while it posts: an invoice without a date is of that day, and
        one of a locked period of the next day that is open.
        """
        if self.state == "posted" or not self.date:
            return self.date
        if self.is_sale_document(True) and not self.invoice_date:
            return None
        with_taxes = self._affect_tax_report()
        locks = self._get_violated_lock_dates(self.date, with_taxes)
        if not locks:
            return self.date
        return self._get_accounting_date(
            self.invoice_date or self.date, with_taxes, lock_dates=locks
        )

    def _backflush_revalue_reversals(self):
        """A reversal moves stock at the standard of its day, the rest is revaluation.

        Core copies the lines of the reversed document at the standard it had.
        """
        vals_list = []
        for document in self.filtered(lambda m: m.move_type in DOCUMENT_SIGNS):
            document = document.with_company(document.company_id)
            groups = document._backflush_inventory_lines()
            for (product, account), lines in groups.items():
                quantity = document._backflush_document_quantity(lines)
                product = on_day(product, document._backflush_cost_day())
                value = quantity * product._backflush_carrying_cost()
                difference = document.company_id.currency_id.round(
                    float(value - exact(sum(lines.mapped("balance"))))
                )
                if difference:
                    revaluation = product._backflush_policy().revaluation_account_id
                    vals_list += document._backflush_revaluation_pair(
                        product, account, revaluation, difference
                    )
        self.env["account.move.line"].sudo().create(vals_list)

    def _backflush_revaluation_pair(self, product, account, revaluation, balance):
        """Two cost lines that bring a reversal to today's standard."""
        return [
            {
                "move_id": self.id,
                "name": self.env._("Revaluation to the present standard"),
                "product_id": product.id,
                "product_uom_id": product.uom_id.id,
                "quantity": 0.0,
                "balance": sign * balance,
                "account_id": some_account.id,
                "display_type": "cogs",
                "tax_ids": [],
            }
            for some_account, sign in ((account, 1), (revaluation, -1))
        ]
