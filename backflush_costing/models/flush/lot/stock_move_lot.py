from odoo import models

from ..completion.stock_move import UNRESERVED_METHODS
from .stock_quant_lot import UNNAMED

ENTERED = "backflush_lot.entered"


class StockMove(models.Model):
    """Tracked components of which the report names no lot or serial number.

    Core would reserve lots by itself where it fills in planned quantities: the books
    would then claim a genealogy that nobody reported. From floor stock the quantity
    stands on a line without lot, until the flush picks one (where the setting says
    so) or parks it.
    """

    _inherit = "stock.move"

    def _backflush_names_no_lot(self):
        """Whether core must not choose lots for this component."""
        self.ensure_one()
        return bool(
            self.product_id.tracking != "none"
            and self.raw_material_production_id
            and self.flush_method in UNRESERVED_METHODS
            and self.raw_material_production_id._backflush_profile()
        )

    def _set_quantity_done_prepare_vals(self, qty):
        if self._backflush_names_no_lot():
            self = self.with_context(**{UNNAMED: True})
        return super()._set_quantity_done_prepare_vals(qty)

    def _should_bypass_set_qty_producing(self):
        """See ``mrp.production._set_quantities``."""
        entered = self.env.cr.cache.get(ENTERED, ())
        return self.id in entered or super()._should_bypass_set_qty_producing()

    def _backflush_is_lot_required(self):
        """Whether what names no lot cannot be issued before somebody names one."""
        self.ensure_one()
        return self.product_id.tracking != "none" and not (
            self.raw_material_production_id._backflush_lot_picking()
        )

    def _backflush_unnamed_pools(self, quants):
        """The stock that lines of this tracked component without lot may draw on.

        :param quants: of the component at its location
        """
        strategy = self.raw_material_production_id._backflush_lot_picking()
        unnamed = self.move_line_ids.filtered(lambda line: not line.lot_id)
        if not strategy or not unnamed:
            return quants.browse()
        return quants._backflush_in_order(strategy)
