from odoo import api, models

CODES = {"barcode", "default_code"}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        res = super().write(vals)
        if "uom_id" in vals:
            self.env["backflush.error"]._queue_for_units()
        return res


class ProductProduct(models.Model):
    """A code that is known now is no reason to wait any more."""

    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        products._backflush_queue_for_codes()
        return products

    def write(self, vals):
        res = super().write(vals)
        if not CODES.isdisjoint(vals):
            self._backflush_queue_for_codes()
        return res

    def _backflush_queue_for_codes(self):
        """Queue the records that wait for one of these products' codes."""
        codes = [
            code for product in self for code in (product.barcode, product.default_code)
        ]
        known = [code for code in codes if code]
        if known:
            self.env["backflush.error"]._queue_gone(
                [("cause", "=", "unknown_reference"), ("reference", "in", known)]
            )
