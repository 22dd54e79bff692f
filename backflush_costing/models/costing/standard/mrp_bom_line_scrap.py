from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ....engine.numbers import exact

# Context of an explosion in which planned scrap counts: "rounded" up to the unit, as
# an order requires it, or "exact", as a standard does. Kits that are sold, and what
# an unbuild brings back, have no planned scrap.
PLANNED_SCRAP = "backflush_planned_scrap"


class MrpBomLine(models.Model):
    """Scrap that is planned is part of what an order requires, and of the standard."""

    _inherit = "mrp.bom.line"

    scrap_percent = fields.Float(
        "Planned Scrap (%)",
        digits=(16, 4),
        help="Component scrap: what is lost of the component before it is in the "
        "product, in per cent of the quantity. 10 pieces with 5 % require 10.5. The "
        "order requires it and the standard contains it. On a kit it raises every "
        "component of the kit.",
    )

    @api.constrains("scrap_percent")
    def _check_scrap_percent(self):
        for line in self:
            if line.scrap_percent < 0:
                raise ValidationError(
                    self.env._(
                        "%(product)s on the bill of materials of %(parent)s: planned "
                        "scrap cannot be negative.",
                        product=line.product_id.display_name,
                        parent=line.bom_id.display_name,
                    )
                )

    def _backflush_scrap_factor(self):
        """What the quantity of the line is multiplied with: 1 + scrap / 100.

        The definition of component scrap in material requirements planning: the
        percentage is of the net quantity, so that 200 with 10 % require 220.
        """
        return 1 + exact(self.scrap_percent or 0.0) / 100

    def _prepare_line_done_values(
        self, quantity, product, original_quantity, parent_line, boms_done
    ):
        """Raise the exploded quantity by planned scrap, where it counts."""
        values = super()._prepare_line_done_values(
            quantity, product, original_quantity, parent_line, boms_done
        )
        mode = self.env.context.get(PLANNED_SCRAP)
        if mode:
            values.update(self._backflush_with_scrap(boms_done, mode))
        return values

    def _backflush_with_scrap(self, boms_done, mode):
        """Values of the exploded line with its scrap and that of its kits."""
        batches = exact(self._backflush_explosion(boms_done)["qty"])
        factor, line = exact(1), self
        while line:
            factor *= line._backflush_scrap_factor()
            line = line._backflush_explosion(boms_done)["parent_line"]
        if factor == 1:
            return {}
        net = batches * exact(self.product_qty)
        wanted = float(net * factor)
        if mode == "rounded":
            wanted = self.product_uom_id.round(wanted, rounding_method="UP")
        return {"qty": wanted, "backflush_scrap_qty": float(net * (factor - 1))}

    def _backflush_explosion(self, boms_done):
        """Core's values of the exploded bill of materials that the line is on.

        Kits are exploded one after another: of a kit that is needed twice the last
        one is the line's own.
        """
        return next(data for bom, data in reversed(boms_done) if bom == self.bom_id)
