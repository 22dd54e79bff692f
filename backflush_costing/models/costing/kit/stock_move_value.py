from odoo import models

from ....engine.numbers import ZERO, exact
from ..account_move import DOCUMENT_SIGNS


class StockMove(models.Model):
    """What parts of a bought kit are worth at actual cost: their share of its price.

    Core values a part that is received at one kit's share, however many came, and a
    part that is billed as if the bill of the kit were for this part alone.
    """

    _inherit = "stock.move"

    def _backflush_kit_order_line(self):
        """The order line of the kit that this part at actual cost comes with."""
        line = self.purchase_line_id
        product = self.product_id.with_company(self.company_id)
        if not line or line.product_id == product or not product._backflush_at_actual():
            return line.browse()
        return self._backflush_order_line()

    def _backflush_kit_price(self):
        """Exact price of a unit of the part by the order, in the company's currency."""
        line = self._backflush_kit_order_line()
        own, books = line.currency_id, self.company_id.currency_id
        rate = own._get_conversion_rate(own, books, self.company_id, self.date)
        return line._backflush_price(self.product_id) * exact(rate)

    def _get_value_from_quotation(self, quantity, at_date=None):
        line = self._backflush_kit_order_line()
        if not line:
            return super()._get_value_from_quotation(quantity, at_date)
        return {
            "value": float(self._backflush_kit_price() * exact(quantity)),
            "quantity": quantity,
            "description": self.env._(
                "Share of %(kit)s by %(order)s (not billed)",
                kit=line.product_id.display_name,
                order=line.order_id.display_name,
            ),
        }

    def _get_value_from_account_move(self, quantity, at_date=None):
        line = self._backflush_kit_order_line()
        if not line:
            return super()._get_value_from_account_move(quantity, at_date=at_date)
        nothing = {"value": 0, "quantity": 0, "description": False}
        items = self._backflush_billed_parts(line, at_date)
        billed, value = ZERO, ZERO
        for item in items:
            sign = DOCUMENT_SIGNS[item.move_id.move_type]
            billed += sign * exact(item.quantity)
            value += exact(item.balance)
        left = billed - self._backflush_received_before(line)
        if billed <= ZERO or left <= ZERO:
            return nothing
        taken = min(exact(quantity), left)
        return {
            "value": float(value * taken / billed),
            "quantity": float(taken),
            "description": self.env._(
                "Share of %(kit)s by %(bills)s",
                kit=line.product_id.display_name,
                bills=", ".join(items.move_id.mapped("display_name")),
            ),
        }

    def _backflush_billed_parts(self, line, at_date):
        """Posted journal items that bill this part with the kit of an order line."""
        domain = [
            ("backflush_kit_line_id", "in", line.invoice_lines.ids),
            ("product_id", "=", self.product_id.id),
            ("backflush_is_kit_part", "=", True),
            ("parent_state", "=", "posted"),
        ]
        if at_date:
            domain.append(("date", "<=", at_date))
        return self.env["account.move.line"].sudo().search(domain)

    def _backflush_received_before(self, line):
        """What earlier movements of the order line took of what is billed."""
        total = ZERO
        for move in line.move_ids:
            earlier = (move.date, move.id) < (self.date, self.id)
            if move.product_id == self.product_id and earlier:
                if move.is_in or move.is_dropship:
                    total += exact(move._get_valued_qty())
                elif move.is_out:
                    total -= exact(move._get_valued_qty())
        return total
