from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_consumption_line(self, unit, quantity):
        """The component line that issues what was reported beside this planned one."""
        own = self.product_id.uom_id
        place = unit and unit._backflush_stock(self.product_id).location_id[:1]
        issue = self.create(
            {
                **self._backflush_early_vals(float(quantity)),
                "location_id": (place or self.location_id).id,
                "product_uom": own.id,
                "backflush_unit_id": unit.id,
            }
        )
        issue._action_confirm(merge=False, create_proc=False)
        return issue
