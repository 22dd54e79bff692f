from odoo import fields, models

from ...engine.numbers import exact
from ...said import Said

# Set on the context by a unit's history: the only lots that may be taken, or given
# back, and those that may not be taken. Ids.
ONLY_LOTS = "backflush_unit_only_lots"
SPARED_LOTS = "backflush_unit_spared_lots"


class BackflushHandlingUnitLog(models.Model):
    """A consumption of which somebody said the lot takes no other one."""

    _inherit = "backflush.handling.unit.log"

    lot_id = fields.Many2one(
        "stock.lot",
        "Lot Used",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Lot or serial number that was reported to have been used.",
    )

    def _tie(self):
        """Reports that name different lots are not interchangeable."""
        return (*super()._tie(), self.lot_id.name or "")

    def _take_more(self, product, quantity):
        """What names a lot takes more of that lot only."""
        if self.lot_id:
            self = self.with_context(**{ONLY_LOTS: Said(tuple(self.lot_id.ids))})
        return super()._take_more(product, quantity)

    def _taken_of_lot(self, product, lot):
        """What this report has taken of ``lot`` out of the unit, exact."""
        self.ensure_one()
        if self.kind == "empty":
            lines = self.move_ids.move_line_ids
        else:
            lines = self._line()._unit_lines(self.package_id)
        return exact(
            sum(
                line.quantity_product_uom
                * (1 if line.location_id.usage == "internal" else -1)
                for line in lines
                if line.state == "done"
                and line.product_id == product
                and line.lot_id == lot
            )
        )
