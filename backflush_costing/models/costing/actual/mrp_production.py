from odoo import models


class MrpProduction(models.Model):
    """Which products may take components at actual cost."""

    _inherit = "mrp.production"

    def _backflush_check_triggers(self, product, policy, other):
        """The completion must move the component's cost on."""
        if product._backflush_at_actual():
            product._backflush_check_at_actual()
            if not policy._carries_actual():
                self._backflush_refuse_triggers(
                    product, other, self.env._("is costed at actual cost")
                )
        return super()._backflush_check_triggers(product, policy, other)
