from odoo import fields, models

from ....engine.numbers import ZERO, exact


class ProductCategory(models.Model):
    _inherit = "product.category"

    property_backflush_material_overhead = fields.Float(
        "Material Overhead (%)",
        company_dependent=True,
        help="Freight, duty and receiving of purchased products, in per cent of their "
        "purchase value. The roll-up adds it to their standard. Products can differ.",
    )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    material_overhead_rule = fields.Selection(
        [("none", "None"), ("percent", "A percentage of its own")],
        company_dependent=True,
        help="Whether the purchased product bears material overhead. Empty: the "
        "percentage of its category.",
    )
    material_overhead = fields.Float(
        "Material Overhead (%)",
        company_dependent=True,
        help="Freight, duty and receiving in per cent of the purchase value. The "
        "roll-up adds it to the standard of the purchased product.",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _backflush_material_overhead(self):
        """Percentage of the purchase value that the purchased product bears."""
        self.ensure_one()
        if self.material_overhead_rule == "none":
            return ZERO
        if self.material_overhead_rule == "percent":
            return exact(self.material_overhead or 0.0)
        return exact(self.categ_id.property_backflush_material_overhead or 0.0)
