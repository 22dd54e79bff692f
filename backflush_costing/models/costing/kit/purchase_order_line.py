from odoo import models

from ....engine.numbers import ZERO, exact


class PurchaseOrderLine(models.Model):
    """Order lines of kits: the order agrees on the kit, its parts come."""

    _inherit = "purchase.order.line"

    def _backflush_bought_parts(self):
        """Parts of the kit that is ordered, as its receipts have them."""
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        boms = self.move_ids.bom_line_id.bom_id.filtered(
            lambda bom: (
                bom.type == "phantom" and bom.product_tmpl_id == product.product_tmpl_id
            )
        )
        return product._backflush_bought_parts(boms[:1])

    def _backflush_price(self, product=None):
        """Of a part of the kit: its share of the kit's price, per unit of it."""
        price = super()._backflush_price()
        if not product or product == self.product_id:
            return price
        parts = self._backflush_bought_parts()
        weights = sum((part.weight for part in parts), ZERO)
        for part in parts:
            if part.product == product and part.quantity:
                # Where no cost share says anything all parts count alike.
                weight = part.weight / weights if weights else exact(1) / len(parts)
                return price * weight / part.quantity
        return ZERO
