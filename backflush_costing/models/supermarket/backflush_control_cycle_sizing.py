from datetime import timedelta

from odoo import api, fields, models

from ...engine import sizing
from ...engine.numbers import exact

HISTORY_DAYS = 28


class BackflushControlCycle(models.Model):
    """How many containers the loop needs: a proposal, applied by a person."""

    _inherit = "backflush.control.cycle"

    sizing_rule = fields.Selection(
        [
            ("toyota", "Demand of the lead time with safety"),
            ("reorder_factor", "Demand of the lead time with safety, and a constant"),
            ("with_minimum", "With safety stock and a minimum"),
            ("one_in_use", "Demand of the lead time, and the one in use"),
            ("two_bin", "Two bins"),
        ],
        default="toyota",
        required=True,
        help="Formula of the number of containers; docs/supermarket.md has each.",
    )
    demand = fields.Float(
        "Demand per Day",
        digits="Product Unit",
        help="What the places behind the bin use per day, in the product's unit.",
    )
    lead_time = fields.Float(
        "Lead Time (days)",
        default=1.0,
        help="From the signal to the full container, waiting included.",
    )
    safety = fields.Float(
        "Safety (%)", help="Added to the demand of the lead time, in per cent."
    )
    sizing_constant = fields.Float(
        "Constant", default=1.0, help="Containers added to the result of the formula."
    )
    safety_stock = fields.Float(
        digits="Product Unit",
        help="Added to the demand of the lead time, in the product's unit.",
    )
    proposed_exact = fields.Float(
        "Exact",
        digits=(16, 4),
        compute="_compute_proposed",
        help="Result of the formula before it is rounded up.",
    )
    proposed_count = fields.Integer(
        "Proposed Containers",
        compute="_compute_proposed",
        help="What the formula says; it takes effect when it is applied.",
    )
    proposed_value = fields.Float(
        "Change in WIP",
        digits=(16, 2),
        compute="_compute_proposed",
        help="What applying the proposal adds to the limit of work in process, at the "
        "product's cost, in company currency.",
    )

    @api.depends(
        "sizing_rule",
        "demand",
        "lead_time",
        "safety",
        "sizing_constant",
        "safety_stock",
        "container_quantity",
        "container_count",
        "product_id",
    )
    def _compute_proposed(self):
        for cycle in self:
            number = cycle._sized() if cycle.container_quantity > 0 else 0
            cycle.proposed_exact = float(number)
            cycle.proposed_count = sizing.whole(number) if number else 0
            more = cycle.proposed_count - cycle.container_count if number else 0
            price = (
                cycle.sudo().with_company(cycle.company_id).product_id.standard_price
            )
            cycle.proposed_value = more * cycle.container_quantity * price

    def _sized(self):
        """The formula's exact number of containers."""
        share = exact(self.safety) / 100
        need = (self.demand, self.lead_time, self.container_quantity)
        match self.sizing_rule:
            case "toyota":
                return sizing.toyota(*need, share)
            case "reorder_factor":
                return sizing.reorder_factor(*need, 1 + share, self.sizing_constant)
            case "with_minimum":
                return sizing.with_minimum(
                    *need, share, self.sizing_constant, self.safety_stock
                )
            case "one_in_use":
                return sizing.one_in_use(*need)
        return exact(2)

    def action_demand_from_history(self):
        """Take the demand from what left the bin in the last four weeks.

        :return: True
        """
        since = fields.Datetime.now() - timedelta(days=HISTORY_DAYS)
        for cycle in self:
            ((used,),) = (
                self.env["stock.move.line"]
                .sudo()
                ._read_group(
                    [
                        ("product_id", "=", cycle.product_id.id),
                        ("location_id", "child_of", cycle.bin_id.id),
                        ("location_dest_id.usage", "=", "production"),
                        ("state", "=", "done"),
                        ("date", ">=", since),
                    ],
                    aggregates=["quantity_product_uom:sum"],
                )
            )
            cycle.demand = (used or 0.0) / HISTORY_DAYS
        return True

    def action_apply_proposal(self):
        """Make the proposed number the number of containers.

        :return: True
        """
        for cycle in self.filtered("proposed_count"):
            cycle.container_count = cycle.proposed_count
        return True
