from odoo import fields, models


class StockPickingType(models.Model):
    """Operation types that backflush leaves alone: prototypes, small series."""

    _inherit = "stock.picking.type"

    backflush_excluded = fields.Boolean(
        "Without Backflush",
        help="Orders of this type are issued as Odoo does: no flush method, no "
        "backflush location, no shortage profile, no tolerance, no lot picking. What "
        "is journalised is still decided by the costing policy.",
    )

    def write(self, vals):
        """Open orders of the type follow, unless they have begun to issue."""
        changed = self.browse()
        if "backflush_excluded" in vals:
            changed = self.filtered(
                lambda kind: kind.backflush_excluded != vals["backflush_excluded"]
            )
        res = super().write(vals)
        if changed:
            # Who may change the type decides for its orders.
            self.env["mrp.production"].sudo().search(
                [
                    ("picking_type_id", "in", changed.ids),
                    ("state", "not in", ("done", "cancel")),
                ]
            )._backflush_resolve_anew()
        return res
