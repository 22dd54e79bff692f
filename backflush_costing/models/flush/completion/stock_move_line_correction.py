from odoo import models
from odoo.exceptions import UserError

from ....engine.numbers import ZERO, exact


class StockMoveLine(models.Model):
    """A done issue that is corrected upwards takes what is free, and no more."""

    _inherit = "stock.move.line"

    def write(self, vals):
        if "quantity" in vals or "product_uom_id" in vals:
            self._backflush_check_correction(vals)
        return super().write(vals)

    def _backflush_check_correction(self, vals):
        """Refuse a correction that would make stock negative.

        :raises UserError: naming what is free, and what to do
        """
        lines = self.filtered(lambda line: line._backflush_is_corrected())
        if not lines:
            return
        for line in lines:
            unit = line.product_id.uom_id
            entered = self.env["uom.uom"].browse(
                vals.get("product_uom_id", line.product_uom_id.id)
            )
            more = unit.round(
                entered._compute_quantity(
                    vals.get("quantity", line.quantity), unit, round=False
                )
                - line.quantity_product_uom
            )
            free = line._backflush_free_beside() if more > 0 else 0.0
            if unit.compare(more, free) > 0:
                raise UserError(
                    self.env._(
                        "%(order)s: %(more)s %(unit)s more of %(product)s cannot have "
                        "been taken from %(location)s, %(free)s are free there. "
                        "Receive or count the stock first, or scrap it where it is.",
                        order=line.move_id.raw_material_production_id.name,
                        more=more,
                        unit=unit.name,
                        product=line.product_id.display_name,
                        location=line.location_id.display_name,
                        free=free,
                    )
                )

    def _backflush_is_corrected(self):
        """Whether this is an issue that left a guarded location already."""
        order = self.move_id.raw_material_production_id
        return bool(
            self.state == "done"
            and order
            and order._backflush_profile()
            and self.product_id.is_storable
            and self.location_id._backflush_is_guarded()
        )

    def _backflush_free_beside(self):
        """Free stock of exactly what this line took, in the component's unit."""
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.product_id.id),
                    ("location_id", "=", self.location_id.id),
                    ("lot_id", "=", self.lot_id.id),
                    ("package_id", "=", self.package_id.id),
                    ("owner_id", "=", self.owner_id.id),
                ]
            )
        )
        free = sum(
            (max(exact(n), ZERO) for n in quants._backflush_free().values()), ZERO
        )
        return float(free)
