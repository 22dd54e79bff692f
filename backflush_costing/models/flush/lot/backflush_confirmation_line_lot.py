from odoo import models


class BackflushConfirmationLine(models.Model):
    """Why a part of a component was parked."""

    _inherit = "backflush.confirmation.line"

    def _error_cause(self, lot_id):
        """Cause of the error record for what is missing of ``lot_id`` (or False)."""
        self.ensure_one()
        if not lot_id and self.move_id._backflush_is_lot_required():
            return "lot_required"
        return "insufficient_stock"
