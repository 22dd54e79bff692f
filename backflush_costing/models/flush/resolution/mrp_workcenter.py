from odoo import fields, models

from .flush_resolution import flush_method_field


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    flush_method = flush_method_field(
        help="How components of operations at this work center are issued. Wins "
        "over product and company; empty: they decide.",
    )
    backflush_location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Line side of this work center: where components of its operations "
        "are taken from. Wins over the product; empty: the product decides, then "
        "the order.",
    )
