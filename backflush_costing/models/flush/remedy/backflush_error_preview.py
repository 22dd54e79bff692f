from odoo import fields, models

from ....engine.allocation import Requirement, allocate
from ....engine.numbers import exact
from ..counting.backflush_error_counting import Named
from .backflush_error_correct import SUPERVISOR


class BackflushError(models.Model):
    """What a remedy would do, before it is done; and many records at once."""

    _inherit = "backflush.error"

    def _preview_issue(self, location=None, lot_id=None, package_id=None):
        """What a retry, or an issue from elsewhere, would issue of each now.

        :param location: where it is taken from; each one's own where empty
        :param lot_id: only this lot or serial number
        :param package_id: only from this handling unit
        :return: ``{record: quantity}``, all together, the oldest first
        """
        errors = self.sudo().filtered(
            lambda e: e.location_id and (location or not e._waits_for_report())
        )
        where = {error: location or error.location_id for error in errors}
        if not errors:
            return {}
        stock = errors._quants(where)
        result = allocate(
            [
                Requirement(
                    error.id,
                    exact(error.quantity_open),
                    error._pools(stock, where[error], lot_id, package_id),
                )
                for error in errors.sorted(lambda e: (e.event_date, e.id))
            ],
            {quant.id: free for quant, free in stock._backflush_free().items()},
        )
        explained = errors._explained_quantities(Named(location, lot_id, package_id))
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
