from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.numbers import exact
from ...engine.validity import since
from ...facts import refuse_entered, refuse_facts
from .cost_day import cost_day


class ProductProduct(models.Model):
    """What the ledger carries one unit of a product at.

    With a completion trigger that is the full standard. Without one it is the
    material, and of the conversion what completions of lower levels have credited:
    the rest is allocated when the product is sold.
    """

    _inherit = "product.product"

    backflush_inventory_cost = fields.Float(
        "Carried in Inventory At",
        company_dependent=True,
        digits=False,
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What inventory holds per unit where the completion is no trigger point: "
        "material, and conversion credited at lower levels. Set by the released "
        "standard.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        refuse_entered(products, {"backflush_inventory_cost"})
        return products

    def write(self, vals):
        """The ledger is valued at it: a released standard sets it, and nobody else."""
        if not self.env.su:
            refuse_facts(self, {"backflush_inventory_cost"} & set(vals))
        return super().write(vals)

    def _backflush_carrying_cost(self):
        """Unrounded, per unit of the product, in the current company's currency.

        Of a document of the past (:mod:`.cost_day`): by the standard of its day.
        """
        self.ensure_one()
        version = self._backflush_version_of_day()
        if version:
            return self._backflush_carried(version, None)
        if self._backflush_policy()._capitalises():
            return exact(self.standard_price)
        return exact(self.sudo().backflush_inventory_cost)

    def _backflush_reference_cost(self, standard):
        """Hook: the price that usage, scrap and substitution are measured at.

        :param standard: released standard of the finished product; None for today's
        """
        return self._backflush_carrying_cost()

    def _backflush_sold_cost(self):
        """What a sale debits per unit: by nature of expense, no more than inventory."""
        if self._backflush_policy()._by_nature():
            return self._backflush_carrying_cost()
        version = self._backflush_version_of_day()
        return exact(version.total if version else self.standard_price)

    def _backflush_made(self):
        """Those of these products that are made, by us or for us."""
        versions = self.env["backflush.standard.cost"].sudo()._current(self)
        made = self.filtered(lambda p: p in versions and versions[p].bom_id)
        rest = self - made
        boms = rest.sudo()._backflush_boms() if rest else {}
        return made | rest.filtered(lambda product: boms.get(product))

    def _backflush_carrying_costs_at(self, moment=None):
        """``{product: carrying cost}`` at a UTC ``moment``; now when empty.

        As :meth:`_backflush_carrying_cost`, of all these products in one search. What
        had no released standard then is at core's price of that time.
        """
        if not moment:
            return {product: product._backflush_carrying_cost() for product in self}
        versions = self._backflush_versions_at(moment)
        return {
            product: product._backflush_carried(versions.get(product), moment)
            for product in self
        }

    def _backflush_carried(self, version, moment):
        """What one unit was carried at under ``version``."""
        if not version:
            return exact(self._get_standard_price_at_date(moment))
        in_full = self._backflush_policy()._capitalises()
        return exact(version.total if in_full else version.inventory_cost)

    def _backflush_inventory_accounts(self):
        """The accounts that hold these products in the current company."""
        return self.env["account.account"].union(
            *(product._get_product_accounts()["stock_valuation"] for product in self)
        )

    def _backflush_follow_triggers(self, current):
        """Release versions whose credited conversion follows changed trigger points.

        The elements stay; stock that is there is revalued to what is carried now.

        :param current: ``{product: released version}``
        """
        made = self.filtered(lambda product: current[product].bom_id)
        if not made:
            return
        costs = self.env["backflush.standard.cost"].sudo()
        rolled = costs._rolled_up_now(made)
        vals_list = []
        for product in made:
            version = current[product]
            credited = min(exact(version.conversion), rolled[product].credited)
            if credited != exact(version.conversion_credited):
                (vals,) = version.copy_data()
                vals_list.append({**vals, "conversion_credited": float(credited)})
        costs.create(vals_list).action_release()

    def _backflush_standards_by_day(self):
        """``{product: [(day, version)]}``: each standard from its day on.

        The last one that was released on a day counts.
        """
        versions = self._backflush_released()
        days = {product: {} for product in self}
        for version in versions:
            product = self.browse(version.product_id.id)
            days[product][version.date_effective] = version
        return {product: sorted(found.items()) for product, found in days.items()}

    def _backflush_version_of_day(self):
        """The standard that counts for a document of the past; empty: today's.

        What belongs before the first standard is at the first one.
        """
        day = cost_day(self.env)
        if not day:
            return self.env["backflush.standard.cost"].sudo()
        steps = since(self._backflush_standards_by_day()[self], day)
        return steps[0][1] if steps else self.env["backflush.standard.cost"].sudo()

    def _backflush_version_at(self, moment):
        """The standard that was released at ``moment``; empty where there was none."""
        self.ensure_one()
        none = self.env["backflush.standard.cost"].sudo()
        return self._backflush_versions_at(moment).get(self, none)

    def _backflush_versions_at(self, moment):
        """``{product: standard that was released at the UTC moment}``."""
        day = self.env.company._backflush_day(moment)
        versions = self._backflush_released(Domain("date_effective", "<=", day))
        # The last one of each product stays.
        return {version.product_id: version for version in versions}

    def _backflush_released(self, when=Domain.TRUE):
        """The standards of these products that count or counted, in their order."""
        costs = self.env["backflush.standard.cost"].sudo()
        domain = [
            ("product_id", "in", self.ids),
            ("company_id", "=", self.env.company.id),
            ("state", "in", ("released", "superseded")),
        ]
        return costs.search(Domain(domain) & when, order="date_effective, id")
