from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.numbers import ZERO, exact
from ...engine.rollup import RollUpCycle, bought, roll_up
from ...engine.snapshot import of_purchase, of_recipe
from ...said import Said
from .mrp_bom_line import DAY


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

        Purchased components count with their present cost and the material overhead
        of their product or category, operations with their time at the work centre's
        rates, by-products are deducted at their own standard. Of bills of materials
        the lines count that are valid on ``date``, with their planned scrap.

        :param product_ids: database ids of ``product.product``
        :param date: day from which the versions are to be effective; their own date
            is set to it. Empty: the lines of today
        :return: ids of the draft versions, one per product that is manufactured or
            bears material overhead and whose cost differs from what is released
        :raises UserError: if a product is a component of itself, or its by-products
            are worth more than its material
        """
        self.check_access("create")
        products = self.env["product.product"].browse(product_ids)
        products.check_access("read")
        day = fields.Date.to_date(date) or self.env.company._backflush_today()
        # Whoever owns standards need not be allowed to edit routings.
        recipes, boms = products.sudo().with_context(**{DAY: day})._backflush_recipes()
        costs, snapshots = self._standards_of(recipes, products.sudo())
        dates = {"date_effective": day} if date else {}
        if self.env["mrp.bom.line"]._backflush_any_dated():
            dates["bom_date"] = day
        return self._draft(costs, boms, dates, snapshots).ids

    @api.model
    def _standards_of(self, recipes, products):
        """``({product: Cost}, {product: lines})`` of what is rolled up.

        That is what has a recipe, and what of ``products`` and of the components is
        purchased and bears material overhead.
        """
        made = products.browse().union(*recipes)
        leaves = products.union(
            *(
                component
                for recipe in recipes.values()
                for component, _quantity in (*recipe.components, *recipe.byproducts)
            )
        )
        leaves -= made
        terms = self._purchases(leaves)
        known = self._known(leaves)
        known.update({product: bought(*terms[product]) for product in terms})
        costs = {**known, **self._rolled_up(recipes, known)}
        snapshots = {
            product: of_purchase(product, *terms[product]) for product in terms
        }
        snapshots.update(
            {product: of_recipe(recipe, costs) for product, recipe in recipes.items()}
        )
        return {product: costs[product] for product in snapshots}, snapshots

    @api.model
    def _rolled_up(self, recipes, known):
        """``{product: Cost}`` of what is made, refused where it cannot be."""
        try:
            costs = roll_up(recipes, known)
        except RollUpCycle as cycle:
            raise UserError(
                self.env._(
                    "A product cannot be a component of itself: %s",
                    " > ".join(product.display_name for product in cycle.path),
                )
            ) from cycle
        for product, cost in costs.items():
            if cost.material < ZERO:
                raise UserError(
                    self.env._(
                        "The by-products of %(product)s are worth more than its "
                        "material. Check their quantities and their standards.",
                        product=product.display_name,
                    )
                )
        return costs

    @api.model
    def _rolled_up_now(self, products):
        """``{product: Cost}`` of these products and all below, with today's lines."""
        recipes, _boms = products.sudo()._backflush_recipes()
        return self._standards_of(recipes, products.sudo())[0]

    @api.model
    def _purchases(self, products):
        """``{product: (price, overhead per cent)}`` of what bears material overhead.

        The price is the material of the released standard, else the present cost.
        Without a percentage a purchased product costs what it costs today and needs
        no roll-up, unless its standard still holds an overhead.
        """
        current = self._current(products)
        result = {}
        for product in products:
            percent = product._backflush_material_overhead()
            version = current.get(product)
            cost = version._cost() if version else bought(exact(product.standard_price))
            held = cost.cumulated.get("material_overhead")
            if not cost.conversion and (percent or held):
                result[product] = (cost.cumulated.get("material", ZERO), percent)
        return result

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
        return self.browse(draft_ids)._open_versions()

    def _open_versions(self):
        """Show these versions beside the present costs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_standard_cost"
        )
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    @api.model
    def _known(self, products):
        """Costs of what is not rolled up: the released elements, else the price."""
        current = self._current(products)
        return {
            product: current[product]._cost()
            if product in current
            else bought(exact(product.standard_price))
            for product in products
        }

    @api.model
    def _draft(self, costs, boms, dates, snapshots):
        """Write ``costs`` into the products' draft versions, making missing ones.

        What is released already needs no draft.

        :param dates: values that every draft gets
        :param snapshots: ``{product: lines}``, what each was rolled up from
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
            draft = by_product.get(product, self.browse())
            released = current.get(product)
            if released and released._is_of(cost):
                draft.unlink()
                continue
            vals = {
                **dates,
                "bom_id": boms[product].id if product in boms else False,
                "element_ids": self._element_commands(cost),
                "conversion_credited": float(cost.credited),
            }
            rolling = draft.with_context(backflush_rolling_up=Said(True))
            rolling.write(vals)
            result |= draft or rolling.create({**vals, "product_id": product.id})
        for version in result.sudo():
            version.line_ids = self._line_commands(snapshots[version.product_id])
        result._compare()
        return result.with_env(self.env)

    def _is_of(self, cost):
        """Whether this version costs ``cost``, element by element, as stored."""

        def stored(amounts):
            return {e: exact(float(v)) for e, v in amounts.items() if float(v)}

        own = self._cost()
        return (
            own.level == stored(cost.level)
            and own.cumulated == stored(cost.cumulated)
            and own.credited == exact(float(cost.credited))
        )

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
