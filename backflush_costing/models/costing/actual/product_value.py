from odoo import api, models


class ProductValue(models.Model):
    """A value that somebody enters restates stock at actual cost."""

    _inherit = "product.value"

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["stock.move"].browse(
            vals["move_id"] for vals in vals_list if vals.get("move_id")
        )
        products = self.env["product.product"].browse(
            vals["product_id"] for vals in vals_list if vals.get("product_id")
        )
        entered = self.env.company._backflush_restating(
            moves.product_id | products, revaluation=True
        )
        with entered:
            return super().create(vals_list)

    def write(self, vals):
        with self._backflush_restating():
            return super().write(vals)

    def unlink(self):
        with self._backflush_restating():
            return super().unlink()

    def _backflush_restating(self):
        products = self.product_id | self.move_id.product_id
        return self.env.company._backflush_restating(products, revaluation=True)
