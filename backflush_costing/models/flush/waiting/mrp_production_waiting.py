from odoo import models

from ....exceptions import UnitError


class MrpProduction(models.Model):
    """Whether an order that failed would go through now; nothing is tried for it."""

    _inherit = "mrp.production"

    def _backflush_units_fit(self):
        """Whether all quantities of these orders can be converted."""
        try:
            self._backflush_check_units()
        except UnitError:
            return False
        return True

    def _backflush_lacks_nothing(self):
        """Whether all components of this open order are free where they are used."""
        self.ensure_one()
        is_open = self.state not in ("draft", "done", "cancel")
        return is_open and not self.backflush_missing_count
