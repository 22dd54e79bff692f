from odoo import Command, models


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

    def _backflush_enter_use(self, quantity, lot):
        """Enter what was used on this component line, in its unit.

        :param lot: that was used; empty: Odoo suggests which
        """
        self.ensure_one()
        if lot:
            vals = self._prepare_move_line_vals(quantity=0)
            vals.update(lot_id=lot.id, quantity=quantity)
            self.move_line_ids = [Command.create(vals)]
        else:
            self._set_quantity_done(quantity)
        self.picked = True
