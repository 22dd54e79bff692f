from odoo import models

from ...engine.allocation import Requirement, allocate
from ...engine.numbers import ZERO


class MrpProduction(models.Model):
    """What was used for an order, where nobody named a handling unit."""

    _inherit = "mrp.production"

    def _backflush_use_unnamed(self, planned, used, lot):
        """Issue what lies at the line in no mounted unit; what is not there waits.

        :param planned: the planned component
        :param used: exact, in the component's unit
        :param lot: that was used; empty: nobody said which
        :return: the confirmation
        """
        self.ensure_one()
        quants = planned._backflush_unnamed_stock()
        free = {
            quant.id: max(number, ZERO)
            for quant, number in quants._backflush_free().items()
            if not lot or quant.lot_id == lot
        }
        result = allocate([Requirement("use", used, tuple(free))], free)
        nobody = self.env["stock.package"]
        return self._backflush_consume(
            planned, nobody, used, result["use"].draws, quants, lot
        )

    def _backflush_acquire_unnamed(self, product):
        """Queue for all stock that such a use of these orders can draw from."""
        planned = self.move_raw_ids.filtered(lambda m: m.product_id == product)
        places = planned.location_id | planned._backflush_quants().location_id
        keys = {(product.id, place.id) for place in places if place.usage == "internal"}
        self.env["backflush.stock.lock"].sudo()._acquire(keys)
        self.env.invalidate_all()
