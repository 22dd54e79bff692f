from dataclasses import replace

from odoo import fields, models

from odoo.addons.backflush_costing.engine.numbers import ZERO, exact


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _backflush_boms(self):
        """What subcontractors make has a standard of its components and the fee.

        Where a product is made both ways the bill of materials that comes first in
        Odoo's order is its standard.
        """
        boms = super()._backflush_boms()
        outside = self.env["mrp.bom"]._bom_find(
            self, company_id=self.env.company.id, bom_type="subcontract"
        )
        return {
            product: (boms[product] | outside[product]).sorted(
                lambda bom: (bom.sequence, bom.id)
            )[:1]
            for product in self
        }

    def _backflush_recipe(self, bom):
        recipe = super()._backflush_recipe(bom)
        if bom.type != "subcontract":
            return recipe
        fee = self._backflush_fee(bom) * recipe.output
        return replace(recipe, conversion=recipe.conversion + fee)

    def _backflush_fee(self, bom):
        """What the subcontractor asks for one unit of the product, by the price list.

        In company currency, at today's rate; nothing where no price is known.
        """
        self.ensure_one()
        seller = self._select_seller(
            quantity=bom.product_qty,
            uom_id=bom.product_uom_id,
            params={"subcontractor_ids": bom.subcontractor_ids},
        )
        if not seller:
            return ZERO
        company = self.env.company
        price = seller.currency_id._convert(
            seller.price * (1 - seller.discount / 100),
            company.currency_id,
            company,
            fields.Date.context_today(self),
            round=False,
        )
        return exact(seller.product_uom_id._compute_price(price, self.uom_id))
