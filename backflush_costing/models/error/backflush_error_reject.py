from odoo import fields, models
from odoo.exceptions import UserError


class BackflushError(models.Model):
    """A report that was wrong is rejected; a requirement never is."""

    _inherit = "backflush.error"

    state = fields.Selection(
        selection_add=[("rejected", "Rejected")], ondelete={"rejected": "set default"}
    )
    reject_reason = fields.Char(
        "Rejected Because",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the report was wrong.",
    )

    def action_reject(self, reason):
        """Close failed reports as wrong. Nothing is posted: nothing had happened.

        :param str reason: why, in words
        :return: True
        :raises UserError: if a component was used: that is corrected or written off
        """
        self._check_role("backflush_costing.group_backflush_supervisor")
        self._check_open()
        if not (reason or "").strip():
            raise UserError(self.env._("A rejection needs a reason."))
        for error in self.filtered(lambda e: not e._is_failure()):
            raise UserError(
                self.env._(
                    "%s is about a component that was used. Correct its quantity or "
                    "write it off; only a report that had no effect can be rejected.",
                    error.name,
                )
            )
        errors = self.sudo()
        errors._note("reject", reason=reason)
        errors.reject_reason = reason
        errors._set_state("rejected")
        return True
