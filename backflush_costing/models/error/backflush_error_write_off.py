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
        ondelete="restrict",
        copy=False,
        tracking=True,
        help="Above the company's limit a second person has to approve.",
    )
    write_off_quantity = fields.Float(
        "Quantity to Write Off",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Part of the open quantity that is asked to be written off; zero: all.",
    )

    def action_write_off(self, reason, kind="not_consumed", quantity=None):
        """Give the open quantity up, with its entry in the ledger.

        Above ``res.company.backflush_write_off_limit`` the first call only
        requests it; the same call by another user carries it out.

        :param str reason: why, in words
        :param str kind: a value of ``write_off_kind``
        :param float quantity: of each record only this part, in the component's unit;
            the rest stays open
        :return: True if written off, False if a second person has to approve
        """
        self._check_role("backflush_costing.group_cost_accountant")
        self._check_open()
        self._check_has_quantity()
        if not (reason or "").strip():
            raise UserError(self.env._("A write-off needs a reason."))
        if kind not in dict(self._fields["write_off_kind"].selection):
            raise UserError(self.env._("Unknown kind of write-off: %s", kind))
        self._check_part(quantity)
        waiting = self.filtered(lambda error: error._needs_second_person(quantity))
        waiting.sudo().write(
            {
                "write_off_requested_by_id": self.env.uid,
                "write_off_reason": reason,
                "write_off_kind": kind,
                "write_off_quantity": quantity or 0.0,
            }
        )
        errors = (self - waiting).sudo()._as_remedy(reason=reason)
        for asked_by, some in errors.grouped("write_off_requested_by_id").items():
            some = some._as_remedy(second_user_id=asked_by.id)
            some._write_off(reason, kind, quantity)
        return not waiting

    def _check_has_quantity(self):
        """Refuse reports that failed as a whole: nothing of them was used."""
        for error in self.filtered(lambda e: e._is_failure()):
            raise UserError(
                self.env._(
                    "%s is about a report that failed as a whole, which had no effect: "
                    "there is nothing to write off. Retry it, or reject the report.",
                    error.name,
                )
            )

    def _check_part(self, quantity):
        """Refuse a part that is none of the open quantity."""
        if quantity is None:
            return
        for error in self:
            unit = error.uom_id
            if (
                unit.compare(quantity, 0.0) <= 0
                or unit.compare(quantity, error.quantity_open) > 0
            ):
                raise UserError(
                    self.env._(
                        "%(name)s: %(quantity)s cannot be written off, %(open)s "
                        "%(unit)s are open. Enter a part of that.",
                        name=error.name,
                        quantity=quantity,
                        open=error.quantity_open,
                        unit=unit.name or "",
                    )
                )

    def action_approve_write_off(self):
        """Carry out the write-offs that another cost accountant asked for."""
        for error in self:
            if not error.write_off_requested_by_id:
                raise UserError(self.env._("Nobody asked to write off %s.", error.name))
            error.action_write_off(
                error.write_off_reason,
                error.write_off_kind,
                error.write_off_quantity or None,
            )
        return True

    def action_decline_write_off(self):
        """Take requests to write off back; the records stay open."""
        self._check_role("backflush_costing.group_cost_accountant")
        self._check_open()
        self.sudo().write_off_requested_by_id = False
        return True

    def _needs_second_person(self, quantity=None):
        """Whether the amount exceeds the limit and nobody else asked for it yet.

        What was written off of the record before counts too: many small parts are
        one large write-off.
        """
        self.ensure_one()
        limit = self.company_id.backflush_write_off_limit
        if limit <= 0:
            return False
        asked_by = self.write_off_requested_by_id
        is_first = not asked_by or asked_by == self.env.user
        is_other = self.write_off_quantity != (quantity or 0.0)
        return self._written_off_amount(quantity) > limit and (is_first or is_other)

    def _written_off_amount(self, quantity=None):
        """What would be written off of the record in all, in company currency."""
        if not self.quantity_open:
            return abs(self.amount)
        part = self.quantity_open if quantity is None else quantity
        price = abs(self.amount) / self.quantity_open
        return (part + self.quantity_written_off) * price

    def _write_off(self, reason, kind, quantity=None):
        """Hook: close the open quantity; rooms above post its entry after."""
        for error in self:
            part = error.quantity_open if quantity is None else quantity
            error.write(
                {
                    "quantity_written_off": error.quantity_written_off + part,
                    "write_off_reason": reason,
                    "write_off_kind": kind,
                    "write_off_quantity": 0.0,
                }
            )
            if error.quantity_open:
                # The next part is asked for anew.
                error.write_off_requested_by_id = False
        self._settle("written_off")
