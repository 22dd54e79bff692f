from odoo import models

from ....engine.numbers import ZERO, exact


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _backflush_absorbed_overhead(self):
        """Material overhead that a purchase of one unit absorbs, exact.

        Of the released standard, where the policy has an account for it. What is
        made bears the overhead of its components: bought ready-made it absorbs none.
        """
        self.ensure_one()
        if not self._backflush_policy()._overhead_account():
            return ZERO
        version = self._backflush_version_of_day() or (
            self.env["backflush.standard.cost"]._current(self).get(self)
        )
        if not version or version.bom_id:
            return ZERO
        return version._cost().cumulated.get("material_overhead", ZERO)

    def _backflush_expected_price(self):
        """What a vendor is expected to bill per unit, where no order says it, exact.

        What inventory carries, less what is absorbed of material overhead.
        """
        return (
            exact(self._backflush_carrying_cost()) - self._backflush_absorbed_overhead()
        )
