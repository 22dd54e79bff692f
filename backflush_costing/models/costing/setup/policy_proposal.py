from typing import Any, NamedTuple

from odoo import api, fields, models

from .account_roles import ROLES


class Proposal(NamedTuple):
    """What one account field of a policy is going to be.

    :param name: the field
    :param account: account of the chart; empty: a new one is made
    :param code: number of the new one
    :param label: name of the new one, in the user's language
    :param account_type: type of the new one
    """

    name: str
    account: Any
    code: str
    label: str
    account_type: str


class BackflushCostingPolicy(models.Model):
    """The accounts of a policy, proposed from the chart of accounts."""

    _inherit = "backflush.costing.policy"

    lacks_accounts = fields.Boolean(
        compute="_compute_lacks_accounts",
        help="Whether an account is missing without which no entry can be made.",
    )

    @api.depends("trigger_set", "purchase_event", "presentation", *ROLES)
    def _compute_lacks_accounts(self):
        for policy in self:
            policy.lacks_accounts = policy._is_costed() and not all(
                policy[name] for name in policy._required_accounts()
            )

    def action_propose_accounts(self):
        """Fill every empty account: what the chart has for it, else a new one."""
        for policy in self:
            policy._take_accounts(policy._proposals())
        return True

    def action_review_accounts(self):
        """Show what would be proposed, to be changed before anything is made."""
        self.ensure_one()
        review = self.env["backflush.account.proposal"].create({"policy_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accounts of %s", self.name),
            "res_model": review._name,
            "res_id": review.id,
            "view_mode": "form",
            "target": "new",
        }

    def _backflush_lacks_accounts(self):
        """Whether there is something for :meth:`action_propose_accounts` to fill."""
        return any(not policy[name] for policy in self for name in ROLES)

    def _used_accounts(self):
        """Names of the account fields that this policy, as it is set, posts on."""
        names = set(self._required_accounts())
        if not self._by_nature():
            names |= {
                "conversion_control_account_id",
                "conversion_variance_account_id",
            }
        if self.disposition == "prorate":
            names.add("proration_account_id")
        if self.flush_consigned:
            names.add("consignment_account_id")
        return names

    def _proposals(self):
        """A :class:`Proposal` for every empty account; nothing is made."""
        self.ensure_one()
        # Whoever may edit the policy may look for its accounts.
        self.check_access("write" if self.id else "create")
        finder, company = self.env["backflush.account.finder"], self.company_id.sudo()
        codes = finder._codes(company)
        taken = self.env["account.account"].union(*(self[name] for name in ROLES))
        proposals = []
        for name, role in ROLES.items():
            if self[name]:
                continue
            account = finder._existing(self, name, taken.sudo())
            code = "" if account else finder._new_code(company, name, codes)
            taken |= account
            codes.add(code)
            kind = finder._type_of(company, role)
            proposals.append(
                Proposal(name, account.sudo(False), code, str(role.label), kind)
            )
        return proposals

    def _take_accounts(self, proposals):
        """Make the new ones of ``proposals`` and fill the policy's fields."""
        self.ensure_one()
        self.check_access("write")
        self.write({p.name: (p.account or self._make_account(p)).id for p in proposals})

    def _make_account(self, proposal):
        """A new account of the company, as proposed."""
        accounts = self.env["account.account"].sudo().with_company(self.company_id)
        return accounts.create(
            {
                "name": proposal.label,
                "code": proposal.code,
                "account_type": proposal.account_type,
                "company_ids": self.company_id.ids,
            }
        )
