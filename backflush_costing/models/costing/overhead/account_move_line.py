from odoo import models

from ....engine.numbers import exact


class AccountMoveLine(models.Model):
    """Material overhead at the bill, where that is the trigger point."""

    _inherit = "account.move.line"

    def _backflush_variance_parts(self, variance, quantity):
        """What the standard holds of material overhead is no price variance."""
        parts = super()._backflush_variance_parts(variance, quantity)
        account = self._backflush_overhead_account()
        rate = self._backflush_own_product()._backflush_absorbed_overhead()
        absorbed = self.company_currency_id.round(float(exact(quantity) * rate))
        if not absorbed:
            return parts
        (price_account, price), *others = parts
        return [(price_account, price + absorbed), (account, -absorbed), *others]

    def _backflush_overhead_account(self):
        """Where this document absorbs material overhead; empty: nowhere."""
        account = self._backflush_own_product()._backflush_policy()._overhead_account()
        return self.move_id.fiscal_position_id.map_account(account)
