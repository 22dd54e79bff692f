from odoo import api, fields, models

from ....engine.element import ELEMENTS


class BackflushStandardCostElement(models.Model):
    """One cost element of a version of a standard: this level and cumulated.

    Per unit of measure of the product, in company currency, unrounded. An element
    that costs nothing has no row.
    """

    _name = "backflush.standard.cost.element"
    _description = "Cost Element of a Standard"
    _order = "version_id, sequence, id"
    _rec_name = "element"

    version_id = fields.Many2one(
        "backflush.standard.cost",
        required=True,
        index=True,
        ondelete="cascade",
        help="The standard that the element is part of.",
    )
    company_id = fields.Many2one(
        related="version_id.company_id",
        store=True,
        index=True,
        help="Company of the standard.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    element = fields.Selection(
        [
            ("material", "Material"),
            ("material_overhead", "Material overhead"),
            ("labour", "Labour"),
            ("machine", "Machine"),
            ("variable_overhead", "Variable overhead"),
            ("fixed_overhead", "Fixed overhead"),
            ("external", "External"),
        ],
        required=True,
        help="Material and material overhead are the standard's material; the other "
        "elements are its conversion.",
    )
    sequence = fields.Integer(
        compute="_compute_sequence", store=True, help="Order of the elements."
    )
    level = fields.Float(
        "This Level",
        digits=False,
        help="What the product adds itself, per unit.",
    )
    cumulated = fields.Float(
        "All Levels",
        digits=False,
        help="What the product costs over all levels, per unit.",
    )

    _version_element_uniq = models.UniqueIndex(
        "(version_id, element)", "A standard has one row per cost element."
    )

    @api.depends("element")
    def _compute_sequence(self):
        order = {element: number for number, element in enumerate(ELEMENTS)}
        for row in self:
            row.sequence = order.get(row.element, len(order))

    @api.onchange("level")
    def _onchange_level(self):
        """A purchased product has one level: what it adds is what it costs."""
        if not self.version_id.bom_id:
            self.cumulated = self.level

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._changed()
        return rows

    def write(self, vals):
        self._check_draft()
        res = super().write(vals)
        self._changed()
        return res

    def unlink(self):
        self._check_draft()
        versions = self.version_id
        res = super().unlink()
        versions._elements_changed()
        return res

    def _check_draft(self):
        """The elements of a released version are frozen with it."""
        self.version_id._check_frozen()

    def _changed(self):
        self._check_draft()
        self.version_id._elements_changed()
