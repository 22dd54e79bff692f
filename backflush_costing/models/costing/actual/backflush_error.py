from odoo import fields, models

from ....engine.numbers import exact


class BackflushError(models.Model):
    """What a component at actual cost is parked at stays until it is worked off."""

    _inherit = "backflush.error"

    backflush_parked_cost = fields.Float(
        "Parked At",
        digits=False,
        readonly=True,
        copy=False,
        help="Unrounded cost per unit at which a component at actual cost was parked. "
        "Working the record off releases the same; the difference to the cost of the "
        "issue is input price variance.",
    )

    def _backflush_pin_cost(self, held):
        if not held and self._backflush_is_at_actual():
            self.backflush_parked_cost = self.product_id.standard_price
        return super()._backflush_pin_cost(held)

    def _backflush_parking_cost(self):
        if self._backflush_is_at_actual():
            return exact(self.backflush_parked_cost)
        return super()._backflush_parking_cost()

    def _backflush_is_at_actual(self):
        product = self.product_id.with_company(self.company_id)
        return product._backflush_at_actual()
