from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import sizing
from ...engine.numbers import exact

#: What every formula looks at.
SIZED_BY = (
    "sizing_rule",
    "service_stock",
    "demand",
    "lead_time",
    "safety",
    "sizing_constant",
    "safety_stock",
    "container_quantity",
    "container_count",
)


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
            ("dynamic", "Demand of released orders in the lead time"),
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
    service_level = fields.Float(
        "Service Level (%)",
        help="Share of the lead times that go by without a stock-out. The safety stock "
        "that this takes is added to the safety stock; none where 0.",
    )
    demand_deviation = fields.Float(
        "Deviation per Day",
        digits="Product Unit",
        help="Standard deviation of the demand per day, in the product's unit.",
    )
    service_stock = fields.Float(
        "Stock for the Service Level",
        digits="Product Unit",
        compute="_compute_service_stock",
        help="What the service level takes beyond the mean demand of the lead time, in "
        "the product's unit: z · deviation · √lead time.",
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

    container_needed = fields.Float(
        digits="Product Unit",
        compute="_compute_container_needed",
        help="What a container must hold at least for today's number to be enough, in "
        "the product's unit; nothing where no size would be. Two bins: each covers the "
        "lead time.",
    )
    is_container_small = fields.Boolean(
        compute="_compute_container_needed",
        help="Two bins are enough only where each covers the lead time.",
    )

    @api.depends("service_level", "demand_deviation", "lead_time")
    def _compute_service_stock(self):
        for cycle in self:
            level = exact(cycle.service_level) / 100
            cycle.service_stock = (
                sizing.safety_stock(cycle.demand_deviation, cycle.lead_time, level)
                if level and cycle.lead_time > 0
                else 0.0
            )

    @api.constrains("service_level")
    def _check_service_level(self):
        for cycle in self.filtered("service_level"):
            if not 50 <= cycle.service_level < 100:
                raise ValidationError(
                    self.env._(
                        "%s: a service level is 50 %% or more, and less than 100 %%: "
                        "no stock covers every demand.",
                        cycle.display_name,
                    )
                )

    @api.depends(*SIZED_BY, "product_id")
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
                stock = exact(self.safety_stock) + exact(self.service_stock)
                return sizing.with_minimum(*need, share, self.sizing_constant, stock)
            case "one_in_use":
                return sizing.one_in_use(*need)
            case "dynamic":
                # The demand of the whole lead time, as orders have it.
                return sizing.toyota(
                    self.dynamic_demand, 1, self.container_quantity, share
                )
        return exact(2)

    @api.depends(*SIZED_BY)
    def _compute_container_needed(self):
        for cycle in self:
            needed = cycle._sized_container()
            cycle.container_needed = float(needed or 0)
            cycle.is_container_small = (
                cycle.sizing_rule == "two_bin"
                and needed is not None
                and needed > exact(cycle.container_quantity)
            )

    def _sized_container(self):
        """The formula the other way round; None where no container is enough."""
        factor = 1 + exact(self.safety) / 100
        need = (self.demand, self.lead_time)
        count, constant = self.container_count, self.sizing_constant
        match self.sizing_rule:
            case "reorder_factor":
                return sizing.container_for(*need, count, factor, constant)
            case "with_minimum":
                stock = exact(self.safety_stock) + exact(self.service_stock)
                return sizing.container_for(*need, count, factor, constant, stock)
            case "one_in_use":
                return sizing.container_for(*need, count)
            case "two_bin":
                return sizing.container_for(*need, 2, factor)
            case "dynamic":
                need = (self.dynamic_demand, 1)
        return sizing.container_for(*need, count, factor, 0)

    def action_apply_proposal(self):
        """Make the proposed number the number of containers.

        :return: True
        """
        for cycle in self.filtered("proposed_count"):
            cycle.container_count = cycle.proposed_count
        return True
