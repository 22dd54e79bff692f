from odoo import models


class AccountMove(models.Model):
    """Vendor documents with kits, as they are posted."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Split kits over their parts before anything looks at what is billed."""
        if not self.env.context.get("move_reverse_cancel"):
            # Core copies the lines of what it reverses, parts and all.
            self._backflush_split_kits()
        return super()._post(soft)

    def _backflush_split_kits(self):
        """Bring what is billed for kits to the accounts of their parts."""
        companies = self.env["backflush.costing.policy"]._companies()
        documents = self.filtered(
            lambda move: (
                move.company_id in companies
                and move.state == "draft"
                and move.is_purchase_document(include_receipts=True)
                and not move.line_ids.backflush_kit_line_id
            )
        )
        vals_list = [
            vals
            for line in documents.invoice_line_ids
            for vals in line._backflush_part_vals()
        ]
        self.env["account.move.line"].sudo().create(vals_list)

    def _backflush_billed_lines(self):
        parts = self.line_ids.filtered("backflush_kit_line_id")
        return super()._backflush_billed_lines() | parts

    def _stock_account_prepare_anglo_saxon_in_lines_vals(self):
        """Core compares the price of a kit with a cost that stock does not know."""
        vals_list = super()._stock_account_prepare_anglo_saxon_in_lines_vals()
        kits = self.line_ids.backflush_kit_line_id.product_id
        return [vals for vals in vals_list if vals["product_id"] not in kits.ids]

    def _backflush_inventory_lines(self):
        """A kit is never in stock: what its line brings is taken off again."""
        groups = super()._backflush_inventory_lines()
        return {
            (product, account): lines
            for (product, account), lines in groups.items()
            if not product.is_kits
        }
