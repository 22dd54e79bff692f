from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    backflush_pack_quantity = fields.Float(
        "Quantity per Handling Unit",
        digits="Product Unit",
        help="What is made is received into handling units of this quantity each, in "
        "the product's unit; a unit that is not full is filled first. Orders can say "
        "otherwise. Zero: received as Odoo does.",
    )

    _backflush_pack_quantity_positive = models.Constraint(
        "CHECK(backflush_pack_quantity >= 0)",
        "The quantity per handling unit cannot be below zero.",
    )
