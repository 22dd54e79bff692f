from odoo import api, models
from odoo.exceptions import UserError

from ....engine.numbers import exact
from ....engine.rollup import bought


class BackflushStandardCost(models.Model):
    """Standards are rolled up from the present cost of components at actual cost."""

    _inherit = "backflush.standard.cost"

    def action_release(self, date=None):
        """What is bought at actual cost has no standard to release."""
        for cost in self.sudo().filtered(lambda cost: not cost.bom_id):
            product = cost.product_id.with_company(cost.company_id)
            if product._backflush_at_actual():
                raise UserError(
                    self.env._(
                        "%(product)s is costed at actual cost (category %(category)s): "
                        "bills change its cost, no standard does.",
                        product=product.display_name,
                        category=product.categ_id.display_name,
                    )
                )
        return super().action_release(date)

    def _value_products(self):
        """Of what is made at actual cost the version holds the conversion alone."""
        standard = self.filtered(
            lambda cost: (
                not cost.product_id.with_company(cost.company_id)._backflush_at_actual()
            )
        )
        return super(BackflushStandardCost, standard)._value_products()

    @api.model
    def _known(self, products):
        actual = products.filtered(lambda p: p._backflush_at_actual())
        known = super()._known(products - actual)
        known.update({p: bought(exact(p.standard_price)) for p in actual})
        return known

    @api.model
    def _purchases(self, products):
        """Material overhead is an element of standards; an actual cost has none."""
        standard = products.filtered(lambda p: not p._backflush_at_actual())
        return super()._purchases(standard)
