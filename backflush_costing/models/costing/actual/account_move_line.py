from odoo import models

from ....engine.numbers import ZERO

# Ids of the documents that are posted in one call.
TOGETHER = "backflush_posted_together"


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _backflush_price_variance_vals(self):
        """At actual cost the price stays in inventory: it is the cost."""
        product = self.product_id.with_company(self.company_id)
        if product._backflush_at_actual():
            return []
        return super()._backflush_price_variance_vals()

    def _backflush_product_cogs_vals(self, product, quantity):
        """At actual cost goods leave at what their deliveries cost."""
        if not product._backflush_at_actual():
            return super()._backflush_product_cogs_vals(product, quantity)
        held = product._get_product_accounts()["stock_valuation"]
        cost = self.company_currency_id.round(
            float(self._backflush_delivered_cost(product, quantity))
        )
        return [
            self._backflush_cogs_line(product, quantity, account, balance)
            for account, balance in (
                (held, -cost),
                (self._backflush_cogs_account(product), cost),
            )
        ]

    def _backflush_delivered_cost(self, product, quantity):
        """Cost of what this line invoices, or credits: exact, signed.

        Of what is delivered and not invoiced the earliest is invoiced first; what is
        invoiced in advance leaves at the present cost.
        """
        company = self.company_id.sudo().with_company(self.company_id)
        waiting = company._backflush_waiting(product)
        waiting -= self._backflush_invoiced_before(product)
        value = company._backflush_delivered_value(product, waiting)
        if self.move_id.move_type == "out_refund":
            return value - company._backflush_delivered_value(
                product, waiting + quantity
            )
        covered = min(quantity, max(waiting, ZERO))
        rest = company._backflush_delivered_value(product, waiting - covered)
        in_advance = (quantity - covered) * product._backflush_carrying_cost()
        return value - rest + in_advance

    def _backflush_invoiced_before(self, product):
        """What lines before this one of the same call invoice of ``product``."""
        documents = self.move_id.browse(
            self.env.context.get(TOGETHER, self.move_id.ids)
        )
        place = {document: number for number, document in enumerate(documents)}
        mine = (place[self.move_id], self.id)
        total = ZERO
        for line in documents.invoice_line_ids:
            if (place[line.move_id], line.id) >= mine:
                continue
            if line._backflush_is_costed_sale():
                sign = -1 if line.move_id.move_type == "out_refund" else 1
                sold = [n for p, n in line._backflush_sold() if p == product]
                total += sign * sum(sold, ZERO)
        return total
