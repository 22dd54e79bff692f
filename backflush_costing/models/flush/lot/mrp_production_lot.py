from odoo import models

from .stock_move_lot import ENTERED


class MrpProduction(models.Model):
    """Lots of components are the flush's to pick or to ask for, not core's."""

    _inherit = "mrp.production"

    def _backflush_lot_picking(self):
        """How lots that nobody reported are chosen; False: they have to be named."""
        kind = self.picking_type_id
        if kind.backflush_excluded:
            return False
        return kind.backflush_lot_picking or self.company_id.backflush_lot_picking

    def _set_quantities(self):
        """Core refuses components of operations that name no lot; here they go on.

        It looks only at those of manual consumption. What was entered on them stays
        as it was entered.
        """
        unnamed = self.move_raw_ids.filtered(
            lambda m: (
                m.manual_consumption
                and m.product_id.tracking != "none"
                and m.state not in ("done", "cancel")
                and self._backflush_profile()
            )
        )
        entered = set(unnamed.filtered("picked").ids)
        protected = self.env.cr.cache.setdefault(ENTERED, set())
        protected |= entered
        unnamed.manual_consumption = False
        try:
            return super()._set_quantities()
        finally:
            protected -= entered
            unnamed.manual_consumption = True
