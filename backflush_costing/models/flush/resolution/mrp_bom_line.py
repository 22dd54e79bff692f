from odoo import fields, models

from .flush_resolution import flush_method_field


class MrpBomLine(models.Model):
    _inherit = "mrp.bom.line"

    flush_method = flush_method_field(
        company_dependent=True,
        help="How this component is issued. Wins over work center, product and "
        "company; empty: they decide.",
    )
    backflush_location_id = fields.Many2one(
        "stock.location",
        company_dependent=True,
        domain=[("usage", "=", "internal")],
        help="Where this component is taken from. Wins over work center and "
        "product; empty: they decide.",
    )
