from odoo import api, models
from odoo.exceptions import UserError

from ....engine.numbers import ZERO, exact


class ProductProduct(models.Model):
    """Products that the ledger carries at average cost or first in, first out."""

    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        actual = products.filtered(lambda product: product._backflush_at_actual())
        actual._backflush_check_at_actual()
        return products

    def _backflush_at_actual(self):
        """Whether the ledger carries this product at its actual cost."""
        self.ensure_one()
        return self.is_storable and self.categ_id._backflush_at_actual()

    def _backflush_carrying_cost(self):
        """At actual cost: what one unit in stock is worth now."""
        if self._backflush_at_actual():
            return exact(self.standard_price)
        return super()._backflush_carrying_cost()

    def _backflush_carried(self, version, moment):
        """Of a past actual cost the subledger is the witness, not a version."""
        if self._backflush_at_actual():
            return self._backflush_carrying_cost()
        return super()._backflush_carried(version, moment)

    def _backflush_reference_cost(self, standard):
        """What the product's standard was made of; a change of price is no usage."""
        if standard and self._backflush_at_actual():
            lines = standard.sudo().line_ids.filtered(
                lambda line: line.kind == "component" and line.product_id == self
            )
            if lines:
                return exact(lines[0].price)
        return super()._backflush_reference_cost(standard)

    def _backflush_actual_value(self):
        """Unrounded value of what is in stock, as core values it."""
        self.ensure_one()
        valued = self._with_valuation_context()
        quantity = valued.qty_available
        if self.uom_id.is_zero(quantity):
            return ZERO
        if self.cost_method == "average":
            return exact(float(self._run_avco()[1]))
        return exact(float(self._run_fifo(quantity)))

    def _backflush_held(self):
        """Those of these products of which the ledger, or the stock, holds anything."""
        lines = self.env["backflush.posting.line"].sudo()
        is_zero = self.env.company.currency_id.is_zero
        positions = lines._ledger_positions(self.env.company, self)
        booked = {
            product_id
            for (product_id, _account), (quantity, value) in positions.items()
            if not is_zero(value) or quantity
        }
        return self.filtered(
            lambda p: (
                p.id in booked
                or not p.uom_id.is_zero(p._with_valuation_context().qty_available)
            )
        )

    def _backflush_check_at_actual(self):
        """Refuse what core cannot value for one company, or not by product.

        Core's price history at average, and its stock in background jobs, do not ask
        for the company: what another company does would change this one's ledger.
        """
        if self.env["res.company"].sudo().search_count([], limit=2) > 1:
            shared = self.filtered(lambda product: not product.company_id)
            if shared:
                raise UserError(
                    self.env._(
                        "%(products)s: products at actual cost belong to one company, "
                        "because Odoo's price history does not tell companies apart. "
                        "Set the company %(company)s on them, or cost them at "
                        "standard.",
                        products=", ".join(shared[:5].mapped("display_name")),
                        company=self.env.company.display_name,
                    )
                )
        by_lot = self.filtered("lot_valuated")
        if by_lot:
            raise UserError(
                self.env._(
                    "%s: the valuation by lot or serial number cannot be combined with "
                    "a policy at actual cost. Switch it off on the product.",
                    ", ".join(by_lot[:5].mapped("display_name")),
                )
            )

    def _change_standard_price(self, old_price):
        """A cost changed by hand restates stock at actual cost; it is no release."""
        actual = self.filtered(lambda p: p.is_storable and p._backflush_at_actual())
        res = super()._change_standard_price(old_price)
        # Core keeps what was entered in whole cents.
        actual.filtered(lambda p: p.cost_method == "average")._update_standard_price()
        return res

    def _backflush_release_price(self):
        """Actual costs are not released."""
        standard = self.filtered(lambda product: not product._backflush_at_actual())
        return super(ProductProduct, standard)._backflush_release_price()

    def _backflush_ensure_standard(self):
        """What is bought at actual cost needs none; what is made, its conversion."""
        actual = self.filtered(lambda product: product._backflush_at_actual())
        res = super(ProductProduct, self - actual)._backflush_ensure_standard()
        costs = self.env["backflush.standard.cost"].sudo()
        current = costs._current(actual)
        made = actual.filtered(
            lambda p: p not in current and self.env["mrp.bom"]._bom_find(p)[p]
        )
        if made:
            drafts = costs.browse(costs.action_roll_up(made.ids))
            drafts.filtered(lambda cost: cost.product_id in made).action_release()
        return res


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        res = super().write(vals)
        if {"categ_id", "is_storable", "company_id", "lot_valuated"} & set(vals):
            products = self.product_variant_ids
            actual = products.filtered(lambda p: p._backflush_at_actual())
            actual._backflush_check_at_actual()
        return res
