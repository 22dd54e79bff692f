from odoo import fields, models
from odoo.exceptions import UserError


class BackflushError(models.Model):
    """Giving an open quantity up: with a reason, above a limit by two persons."""

    _inherit = "backflush.error"

    write_off_kind = fields.Selection(
        [
            ("not_consumed", "Not consumed: the report was too high"),
            ("never_recorded", "Consumed from stock that was never recorded"),
        ],
        "Write-off Kind",
        readonly=True,
        copy=False,
        tracking=True,
        help="Not consumed credits usage; stock that was never recorded credits "
        "inventory difference.",
    )
    write_off_reason = fields.Char(
        "Write-off Reason",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the open quantity was given up.",
    )
    write_off_requested_by_id = fields.Many2one(
        "res.users",
        "Write-off Requested By",
        readonly=True,
        copy=False,
        tracking=True,
        help="Above the company's limit a second person has to approve.",
    )

    def action_write_off(self, reason, kind="not_consumed"):
        """Give the open quantity up, with its entry in the ledger.

        Above ``res.company.backflush_write_off_limit`` the first call only
        requests it; the same call by another user carries it out.

        :param str reason: why, in words
        :param str kind: a value of ``write_off_kind``
        :return: True if written off, False if a second person has to approve
        """
        self._check_role("backflush_costing.group_cost_accountant")
        self._check_open()
        if not (reason or "").strip():
            raise UserError(self.env._("A write-off needs a reason."))
        if kind not in dict(self._fields["write_off_kind"].selection):
            raise UserError(self.env._("Unknown kind of write-off: %s", kind))
        waiting = self.filtered(lambda error: error._needs_second_person())
        waiting.sudo().write(
            {
                "write_off_requested_by_id": self.env.uid,
                "write_off_reason": reason,
                "write_off_kind": kind,
            }
        )
        (self - waiting).sudo()._write_off(reason, kind)
        return not waiting

    def action_approve_write_off(self):
        """Carry out the write-offs that another cost accountant asked for."""
        for error in self:
            if not error.write_off_requested_by_id:
                raise UserError(self.env._("Nobody asked to write off %s.", error.name))
            error.action_write_off(error.write_off_reason, error.write_off_kind)
        return True

    def action_decline_write_off(self):
        """Take requests to write off back; the records stay open."""
        self._check_role("backflush_costing.group_cost_accountant")
        self._check_open()
        self.sudo().write_off_requested_by_id = False
        return True

    def _needs_second_person(self):
        """Whether the amount exceeds the limit and nobody else asked for it yet."""
        self.ensure_one()
        limit = self.company_id.backflush_write_off_limit
        asked_by = self.write_off_requested_by_id
        return abs(self.amount) > limit > 0 and asked_by in (
            self.env["res.users"],
            self.env.user,
        )

    def _write_off(self, reason, kind):
        """Hook: close the open quantity; rooms above post its entry after."""
        for error in self:
            error.write(
                {
                    "quantity_written_off": (
                        error.quantity_written_off + error.quantity_open
                    ),
                    "write_off_reason": reason,
                    "write_off_kind": kind,
                }
            )
        self._settle("written_off")
