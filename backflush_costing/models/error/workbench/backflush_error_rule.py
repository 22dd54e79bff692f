from odoo import api, fields, models, tools

from ..backflush_error import CAUSES


class BackflushErrorRule(models.Model):
    """How urgent a record of the queue is, and who hears of it.

    The first rule of the company that fits decides. Rules with an age take effect when
    the record reaches it: that is the escalation.
    """

    _name = "backflush.error.rule"
    _description = "Rule of the Error Queue"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, translate=True, help="What the rule is for, in words."
    )
    sequence = fields.Integer(
        default=10, help="Rules are asked in this order: put the strictest first."
    )
    active = fields.Boolean(default=True, help="Archive a rule that is not used.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company whose records the rule is for.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the company."
    )
    cause = fields.Selection(
        CAUSES, help="Only records of this cause; empty: of every cause."
    )
    amount_from = fields.Monetary(
        "Worth at Least", help="Only records whose open amount is at least this."
    )
    days_from = fields.Integer(
        "Open For (days)",
        help="Only records whose component was used at least so many days ago.",
    )
    severity = fields.Selection(
        [
            ("required", "Resolution required"),
            ("recommended", "Resolution recommended"),
        ],
        required=True,
        default="required",
        help="Required: the period cannot be closed while the record is open. "
        "Recommended: the close only warns.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        help="Becomes responsible for records that nobody is responsible for, and gets "
        "the activity.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Activity",
        domain=[("res_model", "in", (False, "backflush.error"))],
        help="Activity that is planned for the responsible person; empty: none.",
    )

    _not_negative = models.Constraint(
        "CHECK (amount_from >= 0 AND days_from >= 0)",
        "An amount or an age from which a rule applies is not negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("company_id")
    def _ids_of(self, company_id):
        """Ids of the company's rules, in the order in which they are asked."""
        return tuple(self.sudo().search([("company_id", "=", company_id)]).ids)

    def _fits(self, error):
        """Whether the rule is for this record as it is now."""
        self.ensure_one()
        return (
            self.cause in (False, error.cause)
            and self.days_from <= error.age_days
            and self.currency_id.compare_amounts(abs(error.amount), self.amount_from)
            >= 0
        )

    def _first_fitting(self, error):
        """The rule that decides about the record; empty where none fits."""
        return next((rule for rule in self if rule._fits(error)), self.browse())
