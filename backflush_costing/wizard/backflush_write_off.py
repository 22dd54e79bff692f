from odoo import api, fields, models


class BackflushWriteOff(models.TransientModel):
    """Give open quantities up: shows the entry before it is posted."""

    _name = "backflush.write.off"
    _description = "Write Off Error Records"
    _inherit = ["backflush.error.choice"]

    kind = fields.Selection(
        selection=lambda self: (
            self.env["backflush.error"]._fields["write_off_kind"].selection
        ),
        string="What Happened",
        required=True,
        default="not_consumed",
        help="Decides which account takes the amount.",
    )
    reason = fields.Char(required=True, help="Why the open quantity is given up.")
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_effect", help="Currency of the company."
    )
    amount = fields.Monetary(
        compute="_compute_effect", help="What the entry moves, at standard cost."
    )
    debit_account = fields.Char(
        compute="_compute_effect", help="Suspense, which held the amount so far."
    )
    credit_account = fields.Char(
        compute="_compute_effect", help="Where the amount goes."
    )
    memo_amount = fields.Monetary(
        compute="_compute_effect",
        help="Amount of records without suspense: nothing is posted for them.",
    )
    second_person_count = fields.Integer(
        compute="_compute_second_person_count",
        help="Records above the company's limit that nobody asked for yet.",
    )
    write_off_limit = fields.Monetary(
        compute="_compute_second_person_count",
        help="Above this amount a second cost accountant has to approve.",
    )

    @api.depends("error_ids", "kind")
    def _compute_effect(self):
        for wizard in self:
            errors = wizard.error_ids
            costed = errors.filtered(lambda e: e.production_id._backflush_policy())
            policies = self.env["backflush.costing.policy"].union(
                *(e.production_id._backflush_policy() for e in costed)
            )
            wizard.currency_id = errors.company_id.currency_id[:1]
            wizard.amount = sum(costed.mapped("amount"))
            wizard.memo_amount = sum((errors - costed).mapped("amount"))
            taking = (
                policies.inventory_difference_account_id
                if wizard.kind == "never_recorded"
                else policies.usage_variance_account_id
            )
            suspense = self.env["account.account"].union(
                *(error._backflush_parking_account() for error in costed)
            )
            wizard.debit_account = ", ".join(suspense.mapped("display_name"))
            wizard.credit_account = ", ".join(taking.mapped("display_name"))

    @api.depends("error_ids")
    def _compute_second_person_count(self):
        for wizard in self:
            waiting = wizard.error_ids.filtered(lambda e: e._needs_second_person())
            wizard.second_person_count = len(waiting)
            wizard.write_off_limit = wizard.error_ids.company_id[
                :1
            ].backflush_write_off_limit

    def _apply(self, errors):
        """Write off, or ask for a second person's approval."""
        errors.action_write_off(self.reason, self.kind)

    def _title(self):
        return self.env._("Write Off")
