from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.numbers import exact
from ...engine.rollup import Cost, RollUpCycle, bought, roll_up
from .backflush_standard_cost import ELEMENTS
from .mrp_bom_line import DAY

# What the engine computes of a version.
ROLLED_UP = (*ELEMENTS, "conversion_credited")


class BackflushStandardCost(models.Model):
    """Versions rolled up from bills of materials, routings and rates."""

    _inherit = "backflush.standard.cost"

    bom_date = fields.Date(
        "Lines Valid On",
        readonly=True,
        copy=False,
        help="Day whose lines of the bills of materials were rolled up; empty where "
        "no bill of materials has dates.",
    )

    @api.model
    def action_roll_up(self, product_ids, date=None):
        """Make draft versions for products and everything made below them.

        Purchased components count with their present cost, operations with their
        time at the work centre's hourly rate, by-products are deducted at their
        own standard. Of bills of materials the lines count that are valid on
        ``date``.

        :param product_ids: database ids of ``product.product``
        :param date: day from which the versions are to be effective; their own date
            is set to it. Empty: the lines of today
        :return: ids of the draft versions, one per manufactured product whose cost
            differs from what is released
        :raises UserError: if a product is a component of itself
        """
        self.check_access("create")
        products = self.env["product.product"].browse(product_ids)
        products.check_access("read")
        day = fields.Date.to_date(date) or self.env.company._backflush_today()
        # Whoever owns standards need not be allowed to edit routings.
        recipes, boms = products.sudo().with_context(**{DAY: day})._backflush_recipes()
        costs = self._roll_up(recipes)
        dates = {"date_effective": day} if date else {}
        if self.env["mrp.bom.line"]._backflush_any_dated():
            dates["bom_date"] = day
        return self._draft(costs, boms, dates).ids

    @api.model
    def _rolled_up(self, products):
        """``{product: Cost}`` of these products and all below, with today's lines."""
        return self._roll_up(products.sudo()._backflush_recipes()[0])

    @api.model
    def _roll_up(self, recipes):
        """``{product: Cost}`` of what the recipes make.

        :raises UserError: if a product is a component of itself
        """
        leaves = {
            component
            for recipe in recipes.values()
            for component, _quantity in (*recipe.components, *recipe.byproducts)
        } - set(recipes)
        leaves = self.env["product.product"].browse(p.id for p in leaves)
        try:
            return roll_up(recipes, self._known(leaves))
        except RollUpCycle as cycle:
            raise UserError(
                self.env._(
                    "A product cannot be a component of itself: %s",
                    " > ".join(product.display_name for product in cycle.path),
                )
            ) from cycle

    @api.model
    def action_roll_up_and_open(self, product_ids, date=None):
        """:meth:`action_roll_up`, and show the drafts beside the present costs."""
        draft_ids = self.action_roll_up(product_ids, date)
        if not draft_ids:
            raise UserError(
                self.env._(
                    "There is nothing to roll up: these products have no bill of "
                    "materials, or cost what is released already. For a purchased "
                    "product create a version under Standard Costs."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_standard_cost"
        )
        return {**action, "domain": [("id", "in", draft_ids)], "context": {}}

    @api.model
    def _known(self, products):
        """Costs of what is not rolled up: the released elements, else the price."""
        current = self._current(products)
        return {
            product: Cost(**{n: exact(current[product][n]) for n in ROLLED_UP})
            if product in current
            else bought(exact(product.standard_price))
            for product in products
        }

    @api.model
    def _draft(self, costs, boms, dates):
        """Write ``costs`` into the products' draft versions, making missing ones.

        What is released already needs no draft.

        :param dates: values that every draft gets
        """
        current = self._current(self.product_id.union(*costs))
        drafts = self.search(
            [
                ("product_id", "in", [product.id for product in costs]),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "draft"),
            ]
        )
        by_product = {draft.product_id: draft for draft in drafts}
        result = self.browse()
        for product, cost in costs.items():
            vals = {name: float(getattr(cost, name)) for name in ROLLED_UP}
            draft = by_product.get(product, self.browse())
            released = current.get(product)
            if released and all(released[name] == vals[name] for name in ROLLED_UP):
                draft.unlink()
                continue
            vals.update(dates, bom_id=boms[product].id)
            draft.write(vals)
            result |= draft or self.create({**vals, "product_id": product.id})
        return result

    def action_roll_up_again(self):
        """Roll these drafts up anew, with the lines of their effective date.

        :return: True
        """
        for date, costs in self.grouped("date_effective").items():
            for company, some in costs.grouped("company_id").items():
                some.with_company(company).action_roll_up(some.product_id.ids, date)
        return True

    def _check_lines(self):
        """Refuse a version that was rolled up from other lines than its date's."""
        for cost in self.filtered(lambda c: c.bom_id and c.bom_date):
            product = cost.product_id.with_company(cost.company_id).sudo()
            rolled, effective = (
                product.with_context(**{DAY: day})
                ._backflush_recipe(cost.bom_id.sudo().with_context(**{DAY: day}))
                .components
                for day in (cost.bom_date, cost.date_effective)
            )
            if rolled != effective:
                raise UserError(
                    self.env._(
                        "%(product)s was rolled up with the lines valid on "
                        "%(rolled)s; on %(effective)s, when the version is effective, "
                        "other lines are. Enter that date on the draft and roll it up "
                        "again.",
                        product=product.display_name,
                        rolled=cost.bom_date,
                        effective=cost.date_effective,
                    )
                )
