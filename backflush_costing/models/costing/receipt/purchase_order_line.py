from odoo import models
from odoo.tools import SQL

from ....engine.numbers import amount, exact, rounded
from ....engine.receipt import Standing


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def _backflush_price(self, product=None):
        """What is agreed per unit of the product: in order currency, exact.

        After discount and without taxes; unrounded, other than core's own price of a
        stock move, which loses what is below a cent.

        :param product: what is received; the product of the order where not given
        """
        self.ensure_one()
        price = self.price_unit_discounted
        if self.tax_ids:
            quantity = self.product_qty or 1.0
            price = (
                self.tax_ids.compute_all(
                    price,
                    currency=self.currency_id,
                    quantity=quantity,
                    product=self.product_id,
                    partner=self.order_id.partner_id,
                    rounding_method="round_globally",
                )["total_excluded"]
                / quantity
            )
        return exact(self.product_uom_id._compute_price(price, self.product_id.uom_id))

    def _backflush_is_foreign(self):
        """Whether the order is in another currency than the company's books."""
        return self.currency_id != self.company_id.currency_id

    def _backflush_standing(self, quantity, date, rate=None, product=None):
        """What ``quantity`` (signed) of the order is worth by its price.

        :param date: day whose exchange rate counts
        :param rate: company currency per unit of the order's currency; given, it
            counts instead of the day's
        :param product: see :meth:`_backflush_price`
        """
        own, books = self.currency_id, self.company_id.currency_id
        value = quantity * self._backflush_price(product)
        if not self._backflush_is_foreign():
            return Standing(quantity, rounded(value, books.rounding))
        if rate is None:
            rate = exact(own._get_conversion_rate(own, books, self.company_id, date))
        return Standing(quantity, rounded(value * rate, books.rounding), amount(value))

    def _backflush_guard(self):
        """Whoever settles these order lines at the same time starts anew.

        Under Odoo's isolation level a receipt and a bill that are posted at once would
        each find nothing to settle.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    """UPDATE purchase_order_line SET write_uid = write_uid
                        WHERE id IN %s""",
                    tuple(sorted(self.ids)),
                )
            )
