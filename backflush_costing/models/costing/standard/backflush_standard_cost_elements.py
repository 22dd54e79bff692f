from odoo import Command, api, fields, models

from ....engine.element import CONVERSION, ELEMENTS, MATERIAL, with_sum
from ....engine.numbers import ZERO, exact
from ....engine.rollup import Cost
from ..backflush_standard_cost import SUMS


class BackflushStandardCost(models.Model):
    """A standard is the sum of its cost elements."""

    _inherit = "backflush.standard.cost"

    element_ids = fields.One2many(
        "backflush.standard.cost.element",
        "version_id",
        "Cost Elements",
        copy=True,
        help="What the standard consists of. Material and conversion are their sums.",
    )

    @api.depends("element_ids.element", "element_ids.level", "element_ids.cumulated")
    def _compute_sums(self):
        for version in self:
            cost = version._cost()
            for name in SUMS:
                version[name] = float(getattr(cost, name))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._split_sums(vals) for vals in vals_list])

    def write(self, vals):
        """Who writes a sum writes elements.

        What is not split counts as material or as machine time, as far as the
        version's other elements leave room for it.
        """
        if not set(SUMS) & set(vals):
            return super().write(vals)
        for version in self:
            super(BackflushStandardCost, version).write(
                version._split_sums(vals, version._cost())
            )
        return True

    @api.model
    def _split_sums(self, vals, present=None):
        """``vals`` with elements in the place of sums; given elements win."""
        sums = {name: exact(vals[name] or 0.0) for name in SUMS if name in vals}
        vals = {name: value for name, value in vals.items() if name not in SUMS}
        if sums and "element_ids" not in vals:
            cost = present or Cost()
            level, cumulated = dict(cost.level), dict(cost.cumulated)
            for name, value in sums.items():
                elements = MATERIAL if name.startswith("material") else CONVERSION
                if name.endswith("_level"):
                    level = with_sum(level, elements, value)
                else:
                    cumulated = with_sum(cumulated, elements, value)
            vals["element_ids"] = self._element_commands(Cost(level, cumulated))
        return vals

    @api.model
    def _element_commands(self, cost):
        """Commands that give a version the elements of the engine's ``cost``."""
        return [
            Command.clear(),
            *(
                Command.create(
                    {
                        "element": element,
                        "level": float(cost.level.get(element, ZERO)),
                        "cumulated": float(cost.cumulated.get(element, ZERO)),
                    }
                )
                for element in ELEMENTS
                if cost.level.get(element) or cost.cumulated.get(element)
            ),
        ]

    def _cost(self):
        """The engine's cost of this version, element by element."""
        level, cumulated = {}, {}
        for row in self.element_ids:
            if row.element and row.level:
                level[row.element] = exact(row.level)
            if row.element and row.cumulated:
                cumulated[row.element] = exact(row.cumulated)
        return Cost(level, cumulated, self._credited())

    def _elements_changed(self):
        """Hook: somebody changed the elements of these versions."""

    @api.model
    def _conversion_by_element(self, products):
        """What one unit of each product is credited with at completion, by element.

        :param products: ``product.product`` records
        :return: ``{product: {element: Decimal}}`` of this level, unrounded, in company
            currency per unit of the product, without elements that cost nothing;
            they sum to the ``conversion_level`` of the released version. Products
            without a released standard are left out
        """
        return {
            product: {e: v for e, v in version._cost().level.items() if e in CONVERSION}
            for product, version in self._current(products).items()
        }
