from odoo import api, models
from odoo.exceptions import UserError

from ...engine.numbers import exact
from ...engine.rollup import Cost, RollUpCycle, bought, roll_up
from .backflush_standard_cost import ELEMENTS


class BackflushStandardCost(models.Model):
    """Versions rolled up from bills of materials, routings and rates."""

    _inherit = "backflush.standard.cost"

    @api.model
    def action_roll_up(self, product_ids):
        """Make draft versions for products and everything made below them.

        Purchased components count with their present cost, operations with their
        time at the work centre's hourly rate, by-products are deducted at their
        own standard.

        :param product_ids: database ids of ``product.product``
        :return: ids of the draft versions, one per manufactured product whose cost
            differs from what is released
        :raises UserError: if a product is a component of itself
        """
        self.check_access("create")
        products = self.env["product.product"].browse(product_ids)
        products.check_access("read")
        # Whoever owns standards need not be allowed to edit routings.
        recipes, boms = products.sudo()._backflush_recipes()
        leaves = {
            component
            for recipe in recipes.values()
            for component, _quantity in (*recipe.components, *recipe.byproducts)
        } - set(recipes)
        leaves = self.env["product.product"].browse(p.id for p in leaves)
        try:
            costs = roll_up(recipes, self._known(leaves))
        except RollUpCycle as cycle:
            raise UserError(
                self.env._(
                    "A product cannot be a component of itself: %s",
                    " > ".join(product.display_name for product in cycle.path),
                )
            ) from cycle
        return self._draft(costs, boms).ids

    @api.model
    def action_roll_up_and_open(self, product_ids):
        """:meth:`action_roll_up`, and show the drafts beside the present costs."""
        draft_ids = self.action_roll_up(product_ids)
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
            product: Cost(**{n: exact(current[product][n]) for n in ELEMENTS})
            if product in current
            else bought(exact(product.standard_price))
            for product in products
        }

    @api.model
    def _draft(self, costs, boms):
        """Write ``costs`` into the products' draft versions, making missing ones.

        What is released already needs no draft.
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
            vals = {name: float(getattr(cost, name)) for name in ELEMENTS}
            draft = by_product.get(product, self.browse())
            released = current.get(product)
            if released and all(released[name] == vals[name] for name in ELEMENTS):
                draft.unlink()
                continue
            vals["bom_id"] = boms[product].id
            draft.write(vals)
            result |= draft or self.create({**vals, "product_id": product.id})
        return result
