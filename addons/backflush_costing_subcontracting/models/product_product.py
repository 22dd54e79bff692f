from dataclasses import replace

from odoo import fields, models

from odoo.addons.backflush_costing.engine.numbers import exact
from odoo.addons.backflush_costing.engine.rollup import Activity


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
        seller = self._backflush_seller(bom)
        if not seller:
            return recipe
        fee = Activity(
            "external",
            None,
            "external",
            recipe.output,
            self._backflush_fee(seller),
            place=seller.partner_id,
        )
        return replace(recipe, activities=(*recipe.activities, fee))

    def _backflush_seller(self, bom):
        """The price list entry of the subcontractor; none where no price is known."""
        self.ensure_one()
        return self._select_seller(
            quantity=bom.product_qty,
            uom_id=bom.product_uom_id,
            params={"subcontractor_ids": bom.subcontractor_ids},
        )

    def _backflush_fee(self, seller):
        """What the subcontractor asks for one unit of the product.

        In company currency, at today's rate.
        """
        company = self.env.company
        price = seller.currency_id._convert(
            seller.price * (1 - seller.discount / 100),
            company.currency_id,
            company,
            fields.Date.context_today(self),
            round=False,
        )
        return exact(seller.product_uom_id._compute_price(price, self.uom_id))
