from odoo import api, fields, models

from ....engine.numbers import exact
from ....engine.snapshot import HUNDRED, ONE, Line

# Quantity that the price of a line is for, where it is not one unit.
PER = {"operation": exact(60), "overhead": HUNDRED}


class BackflushStandardCostLine(models.Model):
    """What a version of a standard was rolled up from, line by line.

    Written by the roll-up, per unit of the product, and kept as it was: bills of
    materials, routings and rates change, the reasons of a standard do not.
    """

    _name = "backflush.standard.cost.line"
    _description = "Line of a Standard"
    _order = "version_id, sequence, id"
    _rec_name = "name"

    version_id = fields.Many2one(
        "backflush.standard.cost",
        required=True,
        index=True,
        ondelete="cascade",
        help="The standard that was rolled up from the line.",
    )
    company_id = fields.Many2one(
        related="version_id.company_id",
        store=True,
        index=True,
        help="Company of the standard.",
    )
    sequence = fields.Integer(help="Order of the lines.")
    kind = fields.Selection(
        [
            ("component", "Component"),
            ("scrap", "Planned scrap"),
            ("operation", "Operation"),
            ("external", "External work"),
            ("byproduct", "By-product"),
            ("purchase", "Purchase"),
            ("overhead", "Material overhead"),
            ("element", "Other"),
        ],
        required=True,
        help="What the line stands for. By-products count negative.",
    )
    name = fields.Char(
        required=True, help="Component, operation or fee as it was called then."
    )
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        ondelete="restrict",
        help="Component, by-product or purchased product.",
    )
    operation_id = fields.Many2one(
        "mrp.routing.workcenter",
        ondelete="set null",
        help="Operation of the bill of materials.",
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work Center",
        ondelete="set null",
        help="Work center whose rate was used.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Subcontractor",
        ondelete="set null",
        help="Who does the external work.",
    )
    element = fields.Selection(
        selection=lambda self: (
            self.env["backflush.standard.cost.element"]._fields["element"].selection
        ),
        help="Cost element of the line; empty where a sub-assembly brings several.",
    )
    quantity = fields.Float(
        digits=False,
        help="Per unit of the product: quantity of the component, minutes, or the "
        "value that an overhead is a percentage of.",
    )
    unit = fields.Char(compute="_compute_units", help="Unit of the quantity.")
    price = fields.Float(
        digits=False,
        help="Standard of the component, hourly rate, or percentage.",
    )
    price_unit = fields.Char(
        "Price Per", compute="_compute_units", help="What the price is for."
    )
    amount = fields.Float(
        digits=False, help="What the line contributes to one unit of the product."
    )

    @api.depends("kind", "product_id.uom_id")
    def _compute_units(self):
        for line in self:
            line.unit, line.price_unit = line._units()

    def _units(self):
        """``(unit of the quantity, unit of the price)`` in words."""
        unit = self.product_id.uom_id or self.version_id.product_id.uom_id
        currency = self.company_id.currency_id
        return {
            "operation": (self.env._("min"), self.env._("hour")),
            "overhead": (currency.name, "%"),
            "element": ("", ""),
        }.get(self.kind, (unit.name, unit.name))

    @api.model
    def _prepare(self, line, sequence):
        """Values of a row for the engine's ``line`` of a roll-up."""
        vals = {
            "sequence": sequence,
            "kind": line.kind,
            "element": line.element,
            "quantity": float(line.quantity),
            "price": float(line.price),
            "amount": float(line.amount),
        }
        if line.kind == "operation":
            vals.update(
                name=line.key.name,
                operation_id=line.key.id,
                workcenter_id=line.place.id,
            )
        elif line.kind == "external":
            partner = line.place or self.env["res.partner"]
            vals.update(
                name=partner.display_name or self.env._("Subcontractor"),
                partner_id=partner.id,
            )
        elif line.kind == "element":
            labels = dict(self._fields["element"]._description_selection(self.env))
            vals["name"] = labels[line.element]
        else:
            vals.update(name=line.key.display_name, product_id=line.key.id)
        return vals

    def _line(self):
        """The engine's line of this row."""
        self.ensure_one()
        return Line(
            self.kind,
            self._key(),
            self.element or None,
            exact(self.quantity),
            exact(self.price),
            PER.get(self.kind, ONE),
            self.workcenter_id.id or self.partner_id.id,
        )

    def _key(self):
        """What makes it the same line of another version."""
        if self.kind == "operation":
            return self.operation_id.id or self.name
        return self.product_id.id or self.element
