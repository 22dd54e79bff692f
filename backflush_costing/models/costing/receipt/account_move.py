from odoo import models

from ....engine.numbers import exact


class AccountMove(models.Model):
    """Vendor bills where the receipt is the trigger point."""

    _inherit = "account.move"

    def _post(self, soft=True):
        documents = self.filtered(lambda m: m.is_purchase_document(True))
        documents._backflush_prepare_goods()
        if self.env.context.get("move_reverse_cancel"):
            # Core copies the differences of the reversed bill and makes no new ones.
            vals_list = documents._backflush_goods_vals()
            self.env["account.move.line"].sudo().create(vals_list)
        return super()._post(soft)

    def _backflush_goods_lines(self):
        """Lines of these bills for goods whose receipt is posted."""
        return self._backflush_billed_lines().filtered(
            lambda line: line._backflush_is_goods()
        )

    def _backflush_prepare_goods(self):
        """Goods that a receipt brings to inventory are not billed to inventory.

        A bill that was drafted, or is reversed, from the time when the bill was the
        trigger point may say so. Differences that come with a copy are made anew.
        """
        for document in self:
            stray = document._backflush_billed_lines().filtered(
                lambda line: line._backflush_is_stray_goods()
            )
            for line in stray:
                policy = line._backflush_goods_policy()
                line.sudo().account_id = policy.received_not_billed_account_id
            products = document._backflush_goods_lines().product_id
            if products:
                document.line_ids.filtered(
                    lambda line, products=products: (
                        line.display_type == "cogs"
                        and line.product_id in products
                        and not line.backflush_is_kit_part
                    )
                ).sudo().unlink()

    def _stock_account_prepare_anglo_saxon_in_lines_vals(self):
        """Goods received are settled as they stand, whatever the standard is."""
        lines = self._backflush_goods_lines()
        settled = {(line.move_id.id, line.product_id.id) for line in lines}
        vals_list = super()._stock_account_prepare_anglo_saxon_in_lines_vals()
        return [
            *(v for v in vals_list if (v["move_id"], v["product_id"]) not in settled),
            *self._backflush_goods_vals(),
        ]

    def _backflush_goods_vals(self):
        """Lines that bring goods received to exactly what stays there."""
        lines = self._backflush_goods_lines()
        plan = self.env["backflush.poster"].sudo()._settle_bills(lines.sudo())
        return [
            vals
            for line, changes in plan
            for vals in line._backflush_difference_vals(changes)
        ] + [vals for document in self for vals in document._backflush_tax_vals()]

    def _backflush_tax_vals(self):
        """A tax that nobody gives back is cost, beyond what the standard holds.

        Odoo books a tax without an account of its own where the goods are booked.
        """
        line = self._backflush_goods_lines().sudo()[:1]
        taxes = self.line_ids.filtered(
            lambda item: (
                item.display_type == "tax" and item.account_id == line.account_id
            )
        )
        total = exact(self.company_currency_id.round(sum(taxes.mapped("balance"))))
        return line._backflush_pair("price", total) if line and total else []

    def _backflush_record_documents(self):
        res = super()._backflush_record_documents()
        poster = self.env["backflush.poster"].sudo()
        for document in self.sorted("id"):
            lines = document.sudo()._backflush_goods_lines()
            if lines:
                poster._record_bill(document.sudo(), poster._settle_bills(lines))
        return res

    def _backflush_forget_documents(self):
        """What a bill has settled stands again when it is a draft again."""
        held = (
            self.env["backflush.posting.line"]
            .sudo()
            .search([("move_id", "in", self.ids), ("kind", "=", "received")])
        )
        products = {
            c: some.product_id for c, some in held.grouped("company_id").items()
        }
        res = super()._backflush_forget_documents()
        for company, some in products.items():
            poster = self.env["backflush.poster"].sudo().with_company(company)
            poster._post_remainders(some.with_company(company))
        return res
