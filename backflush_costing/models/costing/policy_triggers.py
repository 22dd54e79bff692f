from odoo import models

from ...engine.triggers import TRIGGER_SETS

# Every set needs these; the rest depends on the trigger points.
ALWAYS_REQUIRED = (
    "conversion_allocated_account_id",
    "price_variance_account_id",
    "usage_variance_account_id",
    "substitution_variance_account_id",
    "scrap_variance_account_id",
    "standard_variance_account_id",
    "inventory_difference_account_id",
    "revaluation_account_id",
)


class BackflushCostingPolicy(models.Model):
    """What a policy's trigger set means for its accounts."""

    _inherit = "backflush.costing.policy"

    def _triggers(self):
        """The trigger points of this costed policy."""
        self.ensure_one()
        return TRIGGER_SETS[self.trigger_set]

    def _trigger_label(self):
        """The trigger set in words."""
        field = self._fields["trigger_set"]
        return dict(field._description_selection(self.env))[self.trigger_set]

    def _capitalises(self):
        """Whether a completion puts conversion cost into inventory.

        Also where nothing of ours decides: products outside the policies are valued
        in full.
        """
        return not self._is_costed() or self._triggers().completion

    def _material_account(self):
        """The account that holds components."""
        return (
            self.rip_account_id
            if self._triggers().purchase
            else self.material_clearing_account_id
        )

    def _inventory_account(self, role):
        """The account that holds the products of a category's ``role``."""
        if role == "finished" and self._triggers().completion:
            return self.fg_account_id
        return self._material_account()

    def _reconfigure_categories(self):
        """Let the categories under these policies follow a change of the policy."""
        for policy in self:
            categories = self.env["product.category"].with_company(policy.company_id)
            categories.search(
                [("property_backflush_policy_id", "=", policy.id)]
            )._backflush_apply_policy()

    def _inventory_accounts(self):
        """All accounts of these policies on which stock is proven."""
        accounts = self.env["account.account"]
        for policy in self.filtered(lambda p: p._is_costed()):
            accounts |= policy._material_account()
            accounts |= policy._inventory_account("finished")
        return accounts

    def _parking_account(self, component):
        """The account credited with what a completion lacks of ``component``."""
        if self._triggers().suspense:
            return self.suspense_account_id
        return component._get_product_accounts()["stock_valuation"]

    def _required_accounts(self):
        """Names of the account fields without which no entry can be made."""
        triggers = self._triggers()
        names = [
            "rip_account_id" if triggers.purchase else "material_clearing_account_id"
        ]
        if triggers.completion:
            names.append("fg_account_id")
        if triggers.suspense:
            names.append("suspense_account_id")
        return (*names, *ALWAYS_REQUIRED)
