from datetime import timedelta

from odoo import api, fields, models

from ....engine import sizing

RELEASED = ("confirmed", "progress", "to_close")


class BackflushControlCycle(models.Model):
    """The kanban quantity in real time: what released orders need in the lead time."""

    _inherit = "backflush.control.cycle"

    dynamic_demand = fields.Float(
        "Demand in the Lead Time",
        digits="Product Unit",
        compute="_compute_dynamic",
        help="What released orders that start within the lead time still take from the "
        "bin, in the product's unit.",
    )
    dynamic_quantity = fields.Float(
        "To Order",
        digits="Product Unit",
        compute="_compute_dynamic",
        help="That demand less the stock of the bin and what is on its way, in the "
        "product's unit.",
    )

    @api.depends("product_id", "bin_id", "lead_time")
    def _compute_dynamic(self):
        cycles = self.sudo()
        required, coming = cycles._requirements(), cycles._coming()
        stock = cycles._on_hand()
        now = fields.Datetime.now()
        for cycle in self:
            until = now + timedelta(days=cycle.lead_time)
            cycle.dynamic_demand = sum(
                move.product_qty
                for move in required[cycle]
                if move.raw_material_production_id.date_start <= until
            )
            cycle.dynamic_quantity = float(
                sizing.to_order(
                    cycle.dynamic_demand, stock[cycle], coming.get(cycle, 0.0)
                )
            )

    @api.depends("dynamic_demand")
    def _compute_proposed(self):
        return super()._compute_proposed()

    @api.depends("dynamic_demand")
    def _compute_container_needed(self):
        return super()._compute_container_needed()
