from odoo import api, fields, models
from odoo.exceptions import UserError


class BackflushResidueReason(models.Model):
    """Why a handling unit was empty while the books still held something in it.

    Says which account, and which cost centre, carries the residue.
    """

    _name = "backflush.residue.reason"
    _description = "Cause of a Residue"
    _inherit = "analytic.mixin"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, translate=True, help="The cause, as people say it."
    )
    code = fields.Char(
        required=True,
        help="What programs call it, as in report_empty('short_supply').",
    )
    sequence = fields.Integer(default=10, help="Order in lists; the smallest first.")
    active = fields.Boolean(default=True, help="Whether it is still offered.")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Company that it is for; empty: all. A company's own cause wins over a "
        "common one with the same code.",
    )
    account_id = fields.Many2one(
        "account.account",
        "Residue Account",
        company_dependent=True,
        help="Account that carries the residue of products under a costing policy, in "
        "the current company. Empty: the policy's account for inventory differences.",
    )

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "Each cause has a code of its own."
    )

    @api.model
    def _by_code(self, code, company):
        """The cause that programs call ``code`` in ``company``.

        :raises UserError: naming what is allowed
        """
        causes = self.sudo().search([("company_id", "in", (False, company.id))])
        mine = causes.filtered(lambda cause: cause.code == (code or "unknown"))
        if not mine:
            raise UserError(
                self.env._(
                    "%(code)s is no cause of a residue. Known are: %(codes)s.",
                    code=code,
                    codes=", ".join(sorted(set(causes.mapped("code")))),
                )
            )
        return mine.sorted("company_id", reverse=True)[0].with_company(company)
