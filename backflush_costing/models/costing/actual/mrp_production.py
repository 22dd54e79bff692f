from odoo import models


class MrpProduction(models.Model):
    """Which products may take components at actual cost."""

    _inherit = "mrp.production"

    def _backflush_at_actual(self):
        """Whether the product of this order is carried at its actual cost."""
        self.ensure_one()
        return self.product_id.with_company(self.company_id)._backflush_at_actual()

    def _backflush_check_pairs(self):
        """A product at actual cost can be valued for its company alone."""
        for order in self.filtered(lambda order: order._backflush_at_actual()):
            product = order.product_id.with_company(order.company_id)
            product._backflush_check_at_actual()
        return super()._backflush_check_pairs()

    def _backflush_check_triggers(self, product, policy, other):
        """The completion must move the component's cost on."""
        if product._backflush_at_actual():
            product._backflush_check_at_actual()
            if not policy._carries_actual():
                self._backflush_refuse_triggers(
                    product, other, self.env._("is costed at actual cost")
                )
        return super()._backflush_check_triggers(product, policy, other)
