from odoo import api, models

from .flush_lot_picking import check_lot_picking, lot_picking_field


class StockPickingType(models.Model):
    """How flushes of this operation type choose lots that nobody reported."""

    _inherit = "stock.picking.type"

    backflush_lot_picking = lot_picking_field("Empty: the company decides.")

    @api.constrains("backflush_lot_picking")
    def _check_backflush_lot_picking(self):
        check_lot_picking(self)
