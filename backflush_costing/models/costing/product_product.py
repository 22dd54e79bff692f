from odoo import models
from odoo.exceptions import AccessError, UserError

from ...engine.numbers import ZERO, exact
from ...engine.rollup import Activity, Cost, Recipe
from ...said import said
from .cutover_guard import cutting_over
from .standard.mrp_bom_line_scrap import PLANNED_SCRAP

# The rates of work centres are per hour, the times of operations in minutes.
MINUTES = exact(60)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _backflush_policy(self):
        """The costed policy of the product's category in the current company."""
        self.ensure_one()
        policy = self.categ_id._backflush_policy()
        return policy if self.is_storable else policy.browse()

    def _backflush_check_account(self, account):
        """Refuse to leave what the ledger holds on another inventory account."""
        if cutting_over(self.env):
            return
        is_zero = self.env.company.currency_id.is_zero
        positions = (
            self.env["backflush.posting.line"]
            .sudo()
            ._ledger_positions(self.env.company, self)
        )
        stranded = self.browse(
            product_id
            for (product_id, account_id), (quantity, amount) in positions.items()
            if account_id != account.id and (quantity or not is_zero(float(amount)))
        )
        if stranded:
            raise UserError(
                self.env._(
                    "The ledger still holds stock of %(products)s on another inventory "
                    "account than %(account)s. Bring stock, unbilled receipts and "
                    "uninvoiced deliveries of these products to zero first, or make "
                    "the change by a cutover.",
                    products=", ".join(stranded[:5].mapped("display_name")),
                    account=account.display_name,
                )
            )

    def _change_standard_price(self, old_price):
        """A price changed by hand under a policy is a release of its own."""
        res = super()._change_standard_price(old_price)
        if not (self.env.su and said(self.env, "backflush_release")):
            changed = self.filtered(
                lambda p: (
                    p.is_storable
                    and p.standard_price != old_price.get(p, 0.0)
                    and p._backflush_policy()
                )
            )
            changed._backflush_release_price()
        return res

    def write(self, vals):
        """No flag of a caller lets a price under a policy pass unnoticed."""
        if "standard_price" in vals and not self.env.su:
            if any(product._backflush_policy() for product in self):
                self._backflush_check_cost_accountant()
                self = self.with_context(disable_auto_revaluation=False)
        return super().write(vals)

    def _backflush_check_cost_accountant(self):
        """Prices under a policy value the ledger: their owner changes them."""
        group = "backflush_costing.group_cost_accountant"
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "The cost of %(product)s is a standard of %(policy)s: changing it "
                    "needs the role Cost Accountant.",
                    product=self[0].display_name,
                    policy=self[0]._backflush_policy().name or "",
                )
            )

        if self.env.company.sudo().backflush_standard_release_check == "block":
            raise UserError(
                self.env._(
                    "A cost changed by hand would be prepared and released by the same "
                    "person. Make a version of the standard of %s and let somebody "
                    "else release it.",
                    self[0].display_name,
                )
            )

    def _backflush_release_price(self):
        """Release the present price as a standard version and revalue.

        Conversion is kept from the version before; what changes is material.
        """
        costs = self.env["backflush.standard.cost"].sudo()
        current = costs._current(self)
        versions = costs.create(
            [product._backflush_price_vals(current.get(product)) for product in self]
        )
        versions.action_release()

    def _backflush_price_vals(self, current):
        """Values of a version at today's price, on the elements of ``current``."""
        cost = current._cost() if current else Cost()
        return {
            "product_id": self.id,
            "bom_id": current.bom_id.id if current else False,
            "element_ids": self.env["backflush.standard.cost"]._element_commands(
                cost.at(exact(self.standard_price))
            ),
            "conversion_credited": float(cost.credited),
        }

    def _backflush_ensure_standard(self):
        """Give products that come under a policy a released standard.

        Manufactured ones are rolled up; where the rolled-up cost is what the
        product costs today the version is released as it is, otherwise today's
        price is released and the roll-up stays a draft to be reviewed.
        """
        costs = self.env["backflush.standard.cost"].sudo()
        current = costs._current(self)
        missing = self - self.browse(p.id for p in current)
        (self - missing)._backflush_follow_triggers(current)
        if not missing:
            return
        made = missing.filtered(lambda p: self.env["mrp.bom"]._bom_find(p)[p])
        (missing - made)._backflush_release_price()
        drafts = costs.browse(costs.action_roll_up(made.ids)) if made else costs
        drafts = drafts.filtered(lambda c: c.product_id in made)
        currency = self.env.company.currency_id
        same = drafts.filtered(
            lambda c: (
                not c.product_id.standard_price
                or currency.compare_amounts(c.total, c.product_id.standard_price) == 0
            )
        )
        same.action_release()
        (made - same.product_id)._backflush_release_price()

    def _backflush_recipes(self):
        """Return ``({product: Recipe}, {product: bom})`` of these and all below."""
        recipes, boms = {}, {}
        todo = self
        while todo:
            found = todo._backflush_boms()
            below = self.browse()
            for product in todo:
                bom = found[product]
                if bom:
                    boms[product] = bom
                    recipes[product] = product._backflush_recipe(bom)
                    below |= self.browse(
                        component.id for component, _q in recipes[product].components
                    )
            todo = below - self.browse(product.id for product in recipes) - todo
        return recipes, boms

    def _backflush_boms(self):
        """Hook: ``{product: bill of materials}`` that its standard is rolled up from.

        An addon with another way of making a product answers with that, too.
        """
        return self.env["mrp.bom"]._bom_find(
            self, company_id=self.env.company.id, bom_type="normal"
        )

    def _backflush_recipe(self, bom):
        """The engine's recipe of one batch of ``bom``, kits exploded."""
        self.ensure_one()
        uom = bom.product_uom_id
        output = uom._compute_quantity(bom.product_qty, self.uom_id, round=False)
        _boms, lines = bom.with_context(**{PLANNED_SCRAP: "exact"}).explode(self, 1.0)
        components, scrap = [], {}
        for line, data in lines:
            product = line.product_id.with_env(self.env)
            if not product.is_storable:
                continue
            components.append((product, line._backflush_product_quantity(data["qty"])))
            if data.get("backflush_scrap_qty"):
                scrap[product] = scrap.get(
                    product, ZERO
                ) + line._backflush_product_quantity(data["backflush_scrap_qty"])
        byproducts = [
            (
                by.product_id,
                exact(
                    by.product_uom_id._compute_quantity(
                        by.product_qty, by.product_id.uom_id, round=False
                    )
                ),
            )
            for by in bom.byproduct_ids
            if not by._skip_byproduct_line(self)
        ]
        return Recipe(
            exact(output),
            tuple(components),
            byproducts=tuple(byproducts),
            activities=tuple(self._backflush_activities(bom)),
            scrap=scrap,
            completion=self._backflush_policy()._capitalises(),
        )

    def _backflush_activities(self, bom):
        """The engine's activities of one batch: operations at their rates."""
        operations = bom.operation_ids.filtered(
            lambda op: not op._skip_operation_line(self)
        )
        for operation in operations:
            workcenter = operation.workcenter_id
            for element, rate in workcenter._backflush_rates().items():
                yield Activity(
                    "operation",
                    operation,
                    element,
                    exact(operation.time_total),
                    rate,
                    MINUTES,
                    workcenter,
                )

    def _backflush_units(self, uom_id, quantity):
        """``quantity`` of a unit of measure, by its id, in the product's own: exact.

        An empty unit is the product's.
        """
        uom = self.env["uom.uom"].browse(uom_id) or self.uom_id
        return exact(uom._compute_quantity(float(quantity), self.uom_id, round=False))

    def _get_standard_price_at_date(self, date=None):
        """Under a policy the released versions are the price history.

        Core's own history rounds to cents and does not know the company.
        """
        if not date or not self._backflush_policy():
            return super()._get_standard_price_at_date(date)
        version = self._backflush_version_at(date)
        if version:
            return version.total
        return super()._get_standard_price_at_date(date)


class MrpBomLine(models.Model):
    _inherit = "mrp.bom.line"

    def _backflush_product_quantity(self, quantity):
        """``quantity`` in the component's own unit, exact.

        :raises UserError: if the units cannot be converted into each other (Odoo
            would answer with the same number of the wrong unit)
        """
        self.ensure_one()
        own = self.product_id.uom_id
        if not self.product_uom_id._has_common_reference(own):
            raise UserError(
                self.env._(
                    "%(product)s is needed in %(needed)s on the bill of materials "
                    "of %(parent)s and kept in %(own)s: there is no conversion.",
                    product=self.product_id.display_name,
                    needed=self.product_uom_id.name,
                    parent=self.bom_id.display_name,
                    own=own.name,
                )
            )
        return exact(self.product_uom_id._compute_quantity(quantity, own, round=False))
