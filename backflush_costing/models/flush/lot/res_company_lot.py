from odoo import api, models

from .flush_lot_picking import check_lot_picking, lot_picking_field


class ResCompany(models.Model):
    """How flushes choose lots that nobody reported."""

    _inherit = "res.company"

    backflush_lot_picking = lot_picking_field(
        "Empty: lots are reported; what is reported without is kept as an error "
        "record, or refused, as the shortage profile says."
    )

    @api.constrains("backflush_lot_picking")
    def _check_backflush_lot_picking(self):
        check_lot_picking(self)
