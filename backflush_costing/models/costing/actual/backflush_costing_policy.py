from odoo import models
from odoo.exceptions import ValidationError


class BackflushCostingPolicy(models.Model):
    """Which policies can carry products at actual cost."""

    _inherit = "backflush.costing.policy"

    def _carries_actual(self):
        """Whether every event moves the cost on: bill, completion and sale."""
        self.ensure_one()
        triggers = self._triggers()
        return (
            triggers.purchase
            and triggers.completion
            and not self._posts_receipts()
            and not self._by_nature()
        )

    def _check_carries_actual(self, categories):
        """Refuse actual cost where an event that changes it is no trigger point."""
        if self._carries_actual():
            return
        if self._by_nature():
            raise ValidationError(
                self.env._(
                    "%(category)s cannot be costed at actual cost by %(policy)s: it "
                    "shows expenses by nature, where material expense is at standard. "
                    "Choose a policy that shows them by function.",
                    category=categories[0].display_name,
                    policy=self.name,
                )
            )
        raise ValidationError(
            self.env._(
                "%(category)s cannot be costed at actual cost by %(policy)s "
                "(%(triggers)s): the cost of a component is known at the vendor bill "
                "and leaves inventory at the completion, so that both must be trigger "
                "points. Choose a policy with purchase (at the vendor bill), "
                "completion and sale.",
                category=categories[0].display_name,
                policy=self.name,
                triggers=self._trigger_label(),
            )
        )

    def write(self, vals):
        res = super().write(vals)
        if {"trigger_set", "purchase_event", "presentation"} & set(vals):
            for policy in self.filtered(lambda p: p._is_costed()):
                categories = policy._categories_at_actual()
                if categories:
                    policy._check_carries_actual(categories)
        return res

    def _categories_at_actual(self):
        """Categories under this policy that are costed at actual cost."""
        categories = self.env["product.category"].sudo().with_company(self.company_id)
        return categories.search(
            [
                ("property_backflush_policy_id", "=", self.id),
                ("property_backflush_cost_basis", "=", "actual"),
            ]
        )
