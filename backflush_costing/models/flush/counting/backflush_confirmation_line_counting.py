from odoo import models


class BackflushConfirmationLine(models.Model):
    """What waits because somebody counts, or because there is no place to take from."""

    _inherit = "backflush.confirmation.line"

    def _error_cause(self, lot_id):
        if self.location_id._backflush_is_nowhere():
            return "no_location"
        if self.location_id._backflush_keeps_back(self.product_id):
            return "location_blocked"
        return super()._error_cause(lot_id)
