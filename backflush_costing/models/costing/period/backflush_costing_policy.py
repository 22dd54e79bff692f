from odoo import fields, models


class BackflushCostingPolicy(models.Model):
    """How a policy disposes of what its conversion accounts differ by."""

    _inherit = "backflush.costing.policy"

    proration_base = fields.Selection(
        [
            ("conversion", "Conversion content"),
            ("total", "Total balance"),
        ],
        required=True,
        default="conversion",
        help="What the difference is prorated by: the conversion cost contained in "
        "what was sold and in what is in stock, or their whole standard cost.",
    )

    def _conversion_groups(self):
        """Costed policies that share a conversion account are settled together."""
        groups = []
        for policy in self.filtered(lambda p: p._is_costed()):
            group = policy
            for other in [g for g in groups if g._conversion() & policy._conversion()]:
                groups.remove(other)
                group |= other
            groups.append(group)
        return groups

    def _conversion(self):
        """Both conversion accounts of these policies."""
        return self.conversion_control_account_id | self.conversion_allocated_account_id
