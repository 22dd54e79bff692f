from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.costing.setup.account_roles import ROLES
from ..models.costing.setup.policy_proposal import Proposal


class BackflushAccountProposal(models.TransientModel):
    """The accounts that a policy is going to have: looked at, changed, then made."""

    _name = "backflush.account.proposal"
    _description = "Proposal of Accounts"

    policy_id = fields.Many2one(
        "backflush.costing.policy",
        required=True,
        readonly=True,
        help="Policy whose empty accounts are filled.",
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", help="Company of the accounts."
    )
    line_ids = fields.One2many(
        "backflush.account.proposal.line",
        "proposal_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        help="One line per account that the policy does not have yet.",
    )

    @api.depends("policy_id")
    def _compute_line_ids(self):
        for wizard in self:
            policy = wizard.policy_id
            used = policy._used_accounts() if policy._is_costed() else set(ROLES)
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(wizard._line_vals(proposal, used))
                    for proposal in (policy._proposals() if policy else [])
                ),
            ]

    def _line_vals(self, proposal, used):
        """Values of the line of one proposal.

        :param used: fields that the policy, as it is set, posts on
        """
        return {
            "field_name": proposal.name,
            "is_included": proposal.name in used,
            "account_id": proposal.account.id,
            "new_code": proposal.code,
            "new_name": proposal.label,
            "account_type": proposal.account_type,
        }

    def action_apply(self):
        """Make what is new, and fill the policy."""
        self.ensure_one()
        lines = self.line_ids.filtered("is_included")
        self.policy_id._take_accounts([line._proposal() for line in lines])
        return {"type": "ir.actions.act_window_close"}


class BackflushAccountProposalLine(models.TransientModel):
    """One account of a policy: of the chart, or new with its code."""

    _name = "backflush.account.proposal.line"
    _description = "Line of a Proposal of Accounts"

    proposal_id = fields.Many2one(
        "backflush.account.proposal",
        required=True,
        ondelete="cascade",
        help="Proposal that the line belongs to.",
    )
    company_id = fields.Many2one(
        related="proposal_id.company_id", help="Company of the account."
    )
    field_name = fields.Char(
        required=True, readonly=True, help="Field of the policy that is filled."
    )
    role = fields.Char(
        compute="_compute_role", help="What the policy needs the account for."
    )
    is_included = fields.Boolean(
        "Take",
        help="Whether the policy gets this account now. What its trigger points do not "
        "post on is left out; it can be proposed again after a change.",
    )
    account_id = fields.Many2one(
        "account.account",
        "Account of the Chart",
        check_company=True,
        domain="[('account_stock_expense_id', '=', False)]",
        help="An account that is there already. Empty: a new one is made.",
    )
    new_code = fields.Char(
        help="Number of the new account: free, and in the block of its kind."
    )
    new_name = fields.Char(help="Name of the new account.")
    account_type = fields.Selection(
        lambda self: (
            self.env["account.account"]
            ._fields["account_type"]
            ._description_selection(self.env)
        ),
        help="Type of the new account.",
    )

    @api.depends("field_name")
    def _compute_role(self):
        labels = self.env["backflush.costing.policy"].fields_get(
            list(ROLES), ["string"]
        )
        for line in self:
            line.role = labels.get(line.field_name, {}).get("string")

    def _proposal(self):
        """The proposal as it was edited."""
        self.ensure_one()
        if self.field_name not in ROLES:
            raise UserError(
                self.env._("%s is no account of a policy.", self.field_name)
            )
        if not (self.account_id or (self.new_code and self.new_name)):
            raise UserError(
                self.env._(
                    "%s: choose an account, or give the new one a code and a name.",
                    self.role,
                )
            )
        return Proposal(
            self.field_name,
            self.account_id,
            self.new_code,
            self.new_name,
            self.account_type or ROLES[self.field_name].account_type,
        )
