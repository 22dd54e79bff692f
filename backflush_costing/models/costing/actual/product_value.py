from odoo import api, models
from odoo.exceptions import AccessError


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
        with self._backflush_entering(moves.product_id | products):
            return super().create(vals_list)

    def write(self, vals):
        with self._backflush_entering(self.product_id | self.move_id.product_id):
            return super().write(vals)

    def unlink(self):
        with self._backflush_entering(self.product_id | self.move_id.product_id):
            return super().unlink()

    def _backflush_entering(self, products):
        """Context manager around a change of entered values of ``products``.

        :raises AccessError: where the ledger would change, and the user's role does not
            let him
        """
        actual = products.filtered(lambda product: product._backflush_at_actual())
        group = "backflush_costing.group_cost_accountant"
        if actual and not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "%s is costed at actual cost: a value that is entered revalues the "
                    "ledger, and needs the role Cost Accountant.",
                    actual[0].display_name,
                )
            )
        return self.env.company._backflush_restating(actual, revaluation=True)
