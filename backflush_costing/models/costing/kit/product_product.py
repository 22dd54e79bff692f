from decimal import Decimal
from typing import Any, NamedTuple

from odoo import models

from ....engine.numbers import ZERO, exact


class BoughtPart(NamedTuple):
    """A part of a kit that is bought as a whole.

    :param product: the part
    :param quantity: of it in one unit of the kit, each in its own unit
    :param weight: its share of the kit's price, in any unit
    """

    product: Any
    quantity: Decimal
    weight: Decimal


class ProductProduct(models.Model):
    """Kits that are bought as a whole: their parts are received, the kit is billed."""

    _inherit = "product.product"

    def _backflush_bought_parts(self, bom=None):
        """Parts of this kit with their shares of its price; empty: it is no kit.

        The shares are the ones by which Odoo values what is received of a kit: the
        cost shares on its bill of materials, else equal ones.

        :param bom: the kit's bill of materials, where a document knows it
        """
        self.ensure_one()
        if not bom and self.is_kits:
            bom = self.env["mrp.bom"]._bom_find(
                self, company_id=self.env.company.id, bom_type="phantom"
            )[self]
        if not bom:
            return []
        batch = self.uom_id._compute_quantity(1.0, bom.product_uom_id, round=False)
        _boms, lines = bom.sudo().explode(self, batch / bom.product_qty)
        parts = {}
        for line, data in lines:
            product = line.product_id.with_env(self.env)
            known = parts.get(product, BoughtPart(product, ZERO, ZERO))
            parts[product] = known._replace(
                quantity=known.quantity + line._backflush_product_quantity(data["qty"]),
                weight=known.weight + exact(data.get("line_cost_share") or 0.0),
            )
        return list(parts.values())
