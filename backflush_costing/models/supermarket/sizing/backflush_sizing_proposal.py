from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# The life of a proposal as data: a pair that is not listed cannot happen.
TRANSITIONS = {
    ("proposed", "approved"),
    ("proposed", "dropped"),
    ("approved", "proposed"),
    ("approved", "applied"),
    ("approved", "dropped"),
}
#: What a person enters; everything else is a snapshot of the calculation.
ENTERED = {"date_from"}


class BackflushSizingProposal(models.Model):
    """A number of containers, side by side with today's, until somebody decides."""

    _name = "backflush.sizing.proposal"
    _description = "Sizing Proposal"
    _order = "create_date desc, id desc"

    cycle_id = fields.Many2one(
        "backflush.control.cycle",
        "Control Cycle",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The loop that it is about.",
    )
    company_id = fields.Many2one(
        related="cycle_id.company_id", store=True, index=True, help="Company."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the company."
    )
    product_id = fields.Many2one(
        related="cycle_id.product_id", store=True, help="What the containers hold."
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id", string="Unit", help="The product's own unit."
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("applied", "Applied"),
            ("dropped", "Dropped"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        index=True,
        help="Approved: it takes effect on its date.",
    )
    reason = fields.Char(
        "Calculation", readonly=True, help="The rule and what went into it."
    )
    exact = fields.Float(
        digits=(16, 4), readonly=True, help="Result before it is rounded up."
    )
    count_before = fields.Integer(
        "Today", readonly=True, help="Containers when it was proposed."
    )
    count = fields.Integer("Proposed", readonly=True, help="Containers from its date.")
    change_quantity = fields.Float(
        "Change of the Limit",
        digits="Product Unit",
        readonly=True,
        help="What it adds to the limit of work in process, in the product's unit.",
    )
    change_value = fields.Monetary(
        "Change in WIP",
        readonly=True,
        help="The same at the product's cost, in company currency.",
    )
    date_from = fields.Date(
        "From",
        default=fields.Date.context_today,
        required=True,
        help="The day from which it is true.",
    )
    user_id = fields.Many2one(
        "res.users", "Decided By", readonly=True, help="Who approved or dropped it."
    )
    date_applied = fields.Datetime(
        "Applied", readonly=True, help="When the number of containers was changed."
    )
    problem = fields.Char(
        readonly=True, help="Why it could not be applied on its date."
    )

    def write(self, vals):
        """The calculation is a fact; a person decides on it, and on the day."""
        if not self.env.su and set(vals) - ENTERED:
            raise UserError(
                self.env._("A proposal is approved or dropped, not edited.")
            )
        if "date_from" in vals and any(p.state in ("applied", "dropped") for p in self):
            raise UserError(self.env._("This proposal has been decided already."))
        return super().write(vals)

    def action_approve(self):
        """Make the proposed number true from its date; at once where that is today.

        :return: True
        """
        self._decide("approved")
        self._apply_due()
        return True

    def action_drop(self):
        """Leave the number of containers as it is.

        :return: True
        """
        self._decide("dropped")
        return True

    def action_reconsider(self):
        """Take an approval back before its day comes.

        :return: True
        """
        self._decide("proposed")
        return True

    def _decide(self, state):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "backflush_costing.group_backflush_supervisor"
        ):
            raise AccessError(self.env._("Sizing a loop needs the role Supervisor."))
        self._set_state(state, user_id=self.env.uid)

    def _set_state(self, state, **vals):
        """Move along a declared transition.

        :raises UserError: where the transition is not declared
        """
        for proposal in self:
            if (proposal.state, state) not in TRANSITIONS:
                words = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "The proposal for %(cycle)s is “%(old)s” and cannot become "
                        "“%(new)s”.",
                        cycle=proposal.cycle_id.display_name,
                        old=words[proposal.state],
                        new=words[state],
                    )
                )
        self.sudo().write({"state": state, "problem": False, **vals})

    def _apply_due(self):
        """Apply those that are approved and whose day has come."""
        today = fields.Date.context_today(self)
        due = self.sudo().filtered(
            lambda p: p.state == "approved" and p.date_from <= today
        )
        for proposal in due:
            proposal.cycle_id.container_count = proposal.count
            proposal._set_state("applied", date_applied=fields.Datetime.now())

    @api.model
    def _cron_apply_due(self):
        """Apply what was approved for today; one that cannot be says why."""
        due = self.search(
            [("state", "=", "approved"), ("date_from", "<=", fields.Date.today())]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for proposal in due:
            try:
                with self.env.cr.savepoint():
                    proposal._apply_due()
            except UserError as failure:
                proposal.problem = str(failure)
            cron._commit_progress(1)
