from odoo import api, fields, models
from odoo.exceptions import AccessError

# Records looked at between two commits of the daily run.
SLICE = 500


class BackflushError(models.Model):
    """Severity, responsible person and activity, as the rules say."""

    _inherit = "backflush.error"

    rule_id = fields.Many2one(
        "backflush.error.rule",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Rule that decided about the severity last. What somebody changes by hand "
        "stays until another rule fits.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A document that failed has no amount to wait for."""
        errors = super().create(vals_list)
        errors.filtered(lambda error: not error.product_id)._apply_rules()
        return errors

    def write(self, vals):
        """Whoever works the queue does not decide that it need not be worked."""
        if vals.get("severity") == "recommended" and not self.env.su:
            if any(error.severity == "required" for error in self):
                self._check_severity_role()
        return super().write(vals)

    def _check_severity_role(self):
        if not self.env.user.has_group("backflush_costing.group_cost_accountant"):
            raise AccessError(
                self.env._(
                    "Saying that a record need not be resolved before the close needs "
                    "the role Cost Accountant."
                )
            )

    def _apply_rules(self):
        """Let the first rule that fits each open record take effect, once."""
        for company, errors in self.sudo().grouped("company_id").items():
            rules = self.env["backflush.error.rule"].sudo()
            rules = rules.browse(rules._ids_of(company.id))
            for error in errors if rules else ():
                rule = error._is_open() and rules._first_fitting(error)
                if rule and rule != error.rule_id:
                    error._follow(rule)

    def _follow(self, rule):
        """What ``rule`` says becomes true of this record."""
        vals = {"rule_id": rule.id, "severity": rule.severity}
        if rule.user_id and not self.user_id:
            vals["user_id"] = rule.user_id.id
        self.write(vals)
        if rule.activity_type_id:
            # The person sees it among his activities; a mail for each would be noise.
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                activity_type_id=rule.activity_type_id.id,
                summary=rule.name,
                user_id=(rule.user_id or self.user_id or self.env.user).id,
            )

    @api.model
    def _cron_apply_rules(self):
        """Every day: records reach the age at which a rule is for them."""
        rules = self.env["backflush.error.rule"].sudo().search([("active", "=", True)])
        errors = self.search(
            [
                ("company_id", "in", rules.company_id.ids),
                ("state", "in", ("open", "in_process")),
            ]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(errors))
        for start in range(0, len(errors), SLICE):
            some = errors[start : start + SLICE]
            some._apply_rules()
            cron._commit_progress(len(some))
