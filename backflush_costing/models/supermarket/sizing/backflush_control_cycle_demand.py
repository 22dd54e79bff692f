from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ....engine import sizing

DAYS = 28
PLANNED = ("draft", "confirmed", "progress")


class BackflushControlCycle(models.Model):
    """The demand per day: from what was consumed, or from what orders will consume."""

    _inherit = "backflush.control.cycle"

    def action_demand_from_history(self):
        """Take demand and deviation from what left the bin in the last four weeks.

        What came back, since it was reported by mistake, was not used.

        :return: True
        """
        self.check_access("write")
        today = fields.Datetime.now()
        lines = self.sudo()._usage_since(today - timedelta(days=DAYS))
        for cycle in self:
            used = defaultdict(float)
            for line in lines.get(cycle.product_id, ()):
                quantity = line.quantity_product_uom
                day = (today - line.date).days
                used[day] += quantity * line.location_id._child_of(cycle.bin_id)
                used[day] -= quantity * line.location_dest_id._child_of(cycle.bin_id)
            daily = [used[day] for day in range(DAYS)]
            cycle.demand = max(sum(daily), 0.0) / DAYS
            cycle.demand_deviation = float(sizing.spread(daily))
        return True

    def _usage_since(self, date):
        """``{product: done lines}`` between these bins and production since ``date``.

        What production puts into a bin as its product is no use.
        """
        outgoing = Domain("location_id", "child_of", self.bin_id.ids) & Domain(
            "location_dest_id.usage", "=", "production"
        )
        back = Domain("location_dest_id", "child_of", self.bin_id.ids) & Domain(
            "location_id.usage", "=", "production"
        )
        lines = self.env["stock.move.line"].search(
            (outgoing | (back & Domain("move_id.production_id", "=", False)))
            & Domain("product_id", "in", self.product_id.ids)
            & Domain("state", "=", "done")
            & Domain("date", ">", date)
        )
        return lines.grouped("product_id")

    def action_demand_from_orders(self):
        """Take the demand from drafts and released orders of the next four weeks.

        :return: True
        """
        self.check_access("write")
        now = fields.Datetime.now()
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "child_of", self.bin_id.ids),
                    ("state", "not in", ("done", "cancel")),
                    ("raw_material_production_id.state", "in", PLANNED),
                    (
                        "raw_material_production_id.date_start",
                        "<=",
                        now + timedelta(days=DAYS),
                    ),
                ]
            )
        )
        for cycle, mine in self._of_places(moves, "location_id").items():
            cycle.demand = sum(mine.mapped("product_qty")) / DAYS
        return True
