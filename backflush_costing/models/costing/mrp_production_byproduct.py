from odoo import models


class MrpProduction(models.Model):
    """By-products under a policy enter stock at their own standard."""

    _inherit = "mrp.production"

    def _cal_price(self, consumed_moves):
        """Core gives by-products of a standard-cost product no value at all.

        What is costed at average or first-in-first-out would be diluted by it.
        """
        res = super()._cal_price(consumed_moves)
        for order in self.filtered(lambda o: o._backflush_policy()):
            if order.product_id.cost_method in ("fifo", "average"):
                continue
            for move in order.move_byproduct_ids.filtered(
                lambda m: m.state not in ("done", "cancel")
            ):
                product = move.product_id.with_company(order.company_id)
                move.price_unit = product.standard_price
        return res
