from odoo import fields, models

from ..engine.triggers import TRIGGER_SETS
from .backflush_setup_assistant import Change


class BackflushSetupAssistant(models.TransientModel):
    """What the assistant does for costing: the policy and its categories."""

    _inherit = "backflush.setup.assistant"

    trigger_set = fields.Selection(
        selection=lambda self: [
            choice
            for choice in self.env["backflush.costing.policy"]
            ._fields["trigger_set"]
            ._description_selection(self.env)
            if choice[0] != "none"
        ],
        string="Journalised At",
        default="purchase_completion_sale",
        help="The events at which the new policy makes entries. Without a purchase "
        "trigger bills go to a clearing account; without a completion trigger "
        "conversion cost is allocated when the product is sold.",
    )

    def _costing_changes(self):
        """The policy, its accounts, and the categories under it."""
        changes = []
        policy = self.policy_id
        name = policy.name or self.policy_name or self.env._("Backflush at completion")
        if not policy:
            changes.append(
                Change(
                    "costing",
                    self.env._("New costing policy %s", name),
                    self._ensure_policy,
                )
            )
        changes += self._account_changes()
        for categories, role in (
            (self.component_categ_ids, "material"),
            (self.finished_categ_ids, "finished"),
        ):
            for category in categories.with_company(self.company_id):
                if (
                    policy
                    and category.property_backflush_policy_id == policy
                    and (category.property_backflush_role == role)
                ):
                    continue
                changes.append(self._category_change(category, role, name))
        return changes

    def _account_changes(self):
        """One for each account that the policy is going to have."""
        policies = self.env["backflush.costing.policy"]
        policy = self.policy_id or policies.new(self._policy_vals())
        labels = policies.fields_get(None, ["string"])
        return [
            self._account_change(proposal, labels[proposal.name]["string"])
            for proposal in policy._proposals()
        ]

    def _account_change(self, proposal, role):
        """The account of the chart, or the new one, that plays a role."""
        text = (
            self.env._(
                "%(role)s: account %(account)s of the chart",
                role=role,
                account=proposal.account.display_name,
            )
            if proposal.account
            else self.env._(
                "%(role)s: new account %(code)s %(name)s",
                role=role,
                code=proposal.code,
                name=proposal.label,
            )
        )
        return Change("costing", text, lambda: self._ensure_policy()[proposal.name])

    def _category_change(self, category, role, policy_name):
        """Put a category under the policy; the policy configures the rest."""
        triggers = TRIGGER_SETS[self.policy_id.trigger_set or self.trigger_set]
        material = (
            self.env._("raw and in-process inventory")
            if triggers.purchase
            else self.env._("materials clearing")
        )
        accounts = {
            "material": material,
            "finished": self.env._("finished goods inventory")
            if triggers.completion
            else material,
        }
        text = self.env._(
            "%(category)s: costed by %(policy)s, on %(account)s",
            category=category.display_name,
            policy=policy_name,
            account=accounts[role],
        )
        # The role says who may decide on costing; categories belong to others.
        return Change(
            "costing",
            text,
            lambda: self._set(
                category.sudo(),
                {
                    "property_backflush_policy_id": self._ensure_policy().id,
                    "property_backflush_role": role,
                },
            ),
        )

    def _ensure_policy(self):
        """The chosen policy, or a new one; with every account it needs."""
        if not self.policy_id:
            self.policy_id = self.env["backflush.costing.policy"].create(
                self._policy_vals()
            )
        if self.policy_id._backflush_lacks_accounts():
            self.policy_id.action_propose_accounts()
        return self.policy_id

    def _policy_vals(self):
        """Values of the new policy."""
        return {
            "name": self.policy_name or self.env._("Backflush at completion"),
            "company_id": self.company_id.id,
            "trigger_set": self.trigger_set or "purchase_completion_sale",
        }
