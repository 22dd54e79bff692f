from odoo import models
from odoo.exceptions import AccessError, UserError

from ...engine.numbers import ZERO, exact
from ...engine.rollup import Recipe


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _backflush_policy(self):
        """The costed policy of the product's category in the current company."""
        self.ensure_one()
        policy = self.categ_id._backflush_policy()
        return policy if self.is_storable else policy.browse()

    def _backflush_check_account(self, account):
        """Refuse to leave what the ledger holds on another inventory account."""
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
                    "uninvoiced deliveries of these products to zero first.",
                    products=", ".join(stranded[:5].mapped("display_name")),
                    account=account.display_name,
                )
            )

    def _change_standard_price(self, old_price):
        """A price changed by hand under a policy is a release of its own."""
        res = super()._change_standard_price(old_price)
        if not (self.env.su and self.env.context.get("backflush_release")):
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
        price = exact(self.standard_price)
        conversion = exact(current.conversion) if current else ZERO
        level = exact(current.conversion_level) if current else ZERO
        if conversion > price:
            conversion = level = ZERO
        material = price - conversion
        lower = exact(current.material - current.material_level) if current else ZERO
        return {
            "product_id": self.id,
            "bom_id": current.bom_id.id if current else False,
            "material": float(material),
            "material_level": float(max(material - lower, ZERO)),
            "conversion": float(conversion),
            "conversion_level": float(level),
            **self._backflush_credited_vals(current, conversion),
        }

    def _backflush_credited_vals(self, current, conversion):
        """What of ``conversion`` is credited already stays what it was."""
        if not current or not current.bom_id:
            return {}
        return {
            "conversion_credited": float(
                min(exact(current.conversion_credited), conversion)
            )
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
        _boms, lines = bom.explode(self, 1.0)
        components = [
            (line.product_id, line._backflush_product_quantity(data["qty"]))
            for line, data in lines
            if line.product_id.is_storable
        ]
        operations = bom.operation_ids.filtered(
            lambda op: not op._skip_operation_line(self)
        )
        cost = sum((exact(op.cost) for op in operations), ZERO)
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
            cost,
            tuple(byproducts),
            self._backflush_policy()._capitalises(),
        )

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
