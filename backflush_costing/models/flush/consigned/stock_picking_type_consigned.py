from odoo import fields, models

from .flush_consigned import CONSIGNED_HELP


class StockPickingType(models.Model):
    """Operation types that treat stock of somebody else in their own way."""

    _inherit = "stock.picking.type"

    flush_consigned = fields.Selection(
        [("allowed", "Flushed after own stock"), ("never", "Never flushed")],
        "Consigned Stock",
        help=CONSIGNED_HELP + "Empty: the company decides.",
    )
