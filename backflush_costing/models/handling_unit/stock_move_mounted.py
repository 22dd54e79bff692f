from dataclasses import replace

from odoo import models

from ...said import Said
from ..flush.reported.stock_move_reported import REPORTED
from .stock_quant import NOT_MOUNTED


class StockMove(models.Model):
    """What is consumed as reported takes nothing of a mounted unit by itself.

    Who used from one names it; a report that names none would empty it behind its
    history's back.
    """

    _inherit = "stock.move"

    def _set_quantity_done_prepare_vals(self, qty):
        """Core does not choose a mounted unit for a quantity that is entered."""
        if self.raw_material_production_id and self.flush_method == REPORTED:
            self = self.with_context(**{NOT_MOUNTED: Said(True)})
        return super()._set_quantity_done_prepare_vals(qty)

    def _backflush_requirements(self, quants):
        """A line draws on a mounted unit that it names, and on no other one."""
        needs = super()._backflush_requirements(quants)
        if self.flush_method != REPORTED:
            return needs
        mounted = quants._backflush_mounted()
        return [self._backflush_off_mounted(need, mounted) for need in needs]

    def _backflush_off_mounted(self, need, mounted):
        """The requirement of a line without the mounted units that it does not name."""
        line = self.move_line_ids.browse(need.key[2])
        named = mounted.filtered(lambda q: q._backflush_key() == line._backflush_key())
        left_out = set((mounted - named).ids)
        return replace(
            need, pools=tuple(pool for pool in need.pools if pool not in left_out)
        )
