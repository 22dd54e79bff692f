from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

from ....engine import sizing

DAYS = 28
PLANNED = ("draft", "confirmed", "progress")


class BackflushControlCycle(models.Model):
    """The demand per day: from what was consumed, or from what orders will consume."""

    _inherit = "backflush.control.cycle"

    def action_demand_from_history(self):
        """Take demand and deviation from what left the bin in the last four weeks.

        :return: True
        """
        today = fields.Datetime.now()
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "child_of", self.bin_id.ids),
                    ("location_dest_id.usage", "=", "production"),
                    ("state", "=", "done"),
                    ("date", ">=", today - timedelta(days=DAYS)),
                ]
            )
        )
        for cycle in self:
            used = defaultdict(float)
            for line in lines:
                if line.product_id == cycle.product_id and line.location_id._child_of(
                    cycle.bin_id
                ):
                    used[(today - line.date).days] += line.quantity_product_uom
            daily = [used[day] for day in range(DAYS)]
            cycle.demand = sum(used.values()) / DAYS
            cycle.demand_deviation = float(sizing.spread(daily))
        return True

    def action_demand_from_orders(self):
        """Take the demand from drafts and released orders of the next four weeks.

        :return: True
        """
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
