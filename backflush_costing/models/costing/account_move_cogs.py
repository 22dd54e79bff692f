from odoo import models


class AccountMove(models.Model):
    """Cost of goods sold under a policy."""

    _inherit = "account.move"

    def _stock_account_prepare_realtime_out_lines_vals(self):
        """Goods leave at standard; what no completion allocated is allocated now.

        Core credits inventory with the full standard, catches up on earlier
        invoices after a change of price, which stock has been revalued for, and
        leaves products below half a cent out.
        """
        vals_list = super()._stock_account_prepare_realtime_out_lines_vals()
        companies = self.env["backflush.costing.policy"]._companies()
        sales = self.filtered(
            lambda move: (
                move.company_id in companies
                and move.is_sale_document(include_receipts=True)
            )
        )
        costed = sales.invoice_line_ids.filtered(
            lambda line: line._backflush_is_costed_sale()
        )
        replaced = set(costed.ids)
        return [
            *(v for v in vals_list if v.get("cogs_origin_id") not in replaced),
            *(vals for line in costed for vals in line._backflush_cogs_vals()),
        ]
