from odoo import models

# What core values receipts by.
PRICED = {"price_unit", "product_qty", "product_uom", "discount"}


class PurchaseOrderLine(models.Model):
    """Another price on the order restates what was received and not billed."""

    _inherit = "purchase.order.line"

    def write(self, vals):
        if not PRICED & set(vals):
            return super().write(vals)
        products = self.move_ids.filtered(lambda m: m.state == "done").product_id
        with self.company_id[:1]._backflush_restating(products):
            return super().write(vals)
