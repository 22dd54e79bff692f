from odoo import fields, models

from .flush_resolution import flush_method_field


class ProductTemplate(models.Model):
    _inherit = "product.template"

    flush_method = flush_method_field(
        company_dependent=True,
        help="How this product is issued as a component, where neither the bill of "
        "materials line nor the work center says otherwise.",
    )
    property_backflush_location_id = fields.Many2one(
        "stock.location",
        "Backflush Location",
        company_dependent=True,
        domain=[("usage", "=", "internal")],
        help="Where this product is taken from as a component, where neither the "
        "bill of materials line nor the work center says otherwise. Empty: the "
        "components location of the order.",
    )
