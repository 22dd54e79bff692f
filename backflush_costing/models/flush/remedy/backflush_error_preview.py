from odoo import fields, models

from ....engine.allocation import Requirement, allocate
from ....engine.numbers import exact
from ..counting.backflush_error_counting import Named
from .backflush_error_correct import SUPERVISOR


class BackflushError(models.Model):
    """What a remedy would do, before it is done; and many records at once."""

    _inherit = "backflush.error"

    def _preview_retry(self, lot_id=None):
        """``{record: what a retry would issue now}``, all together, oldest first."""
        errors = self.sudo().filtered("location_id").sorted("event_date")
        if not errors:
            return {}
        stock = errors._quants({error: error.location_id for error in errors})
        result = allocate(
            [
                Requirement(
                    error.id,
                    exact(error.quantity_open),
                    error._pools(stock, error.location_id, lot_id),
                )
                for error in errors
            ],
            {quant.id: free for quant, free in stock._backflush_free().items()},
        )
        explained = self._explained_quantities(Named(lot_id=lot_id))
        return {
            error: max(float(result[error.id].issued), explained.get(error, 0.0))
            for error in self
            if error.id in result
        }

    def action_queue(self):
        """Have these records retried in the background, the oldest first.

        :return: True
        """
        self._check_role(SUPERVISOR)
        self._check_open()
        errors = self.sudo()
        errors.write({"date_due": fields.Datetime.now(), "is_held": False})
        errors._wake()
        return True
