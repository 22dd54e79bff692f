from odoo import fields, models
from odoo.exceptions import UserError

from .backflush_error_correct import ACCOUNTANT


class BackflushError(models.Model):
    """Correcting upwards is money, too: above the limit a second person approves."""

    _inherit = "backflush.error"

    addition_quantity = fields.Float(
        "Used in Addition",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What somebody says was used beyond what was reported, while a second "
        "person has not approved it yet.",
    )
    addition_reason = fields.Char(
        readonly=True, copy=False, tracking=True, help="Why more was used, in words."
    )
    addition_requested_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
        help="Above the company's limit a second person has to approve.",
    )

    def _add(self, quantity, reason):
        asked_by = self.addition_requested_by_id
        if not self._is_large(quantity):
            return super()._add(quantity, reason)
        is_same = self.uom_id.compare(self.addition_quantity, quantity) == 0
        if asked_by and asked_by != self.env.user and is_same:
            said = self._as_remedy(second_user_id=asked_by.id)
            return super(BackflushError, said)._add(quantity, reason)
        self.sudo().write(
            {
                "addition_quantity": quantity,
                "addition_reason": reason,
                "addition_requested_by_id": self.env.uid,
            }
        )
        return False

    def _is_large(self, quantity):
        """Whether so much, with what was added before, is worth more than the limit."""
        self.ensure_one()
        limit = self.company_id.backflush_write_off_limit
        if limit <= 0:
            return False
        corrections = self.sudo().remedy_ids.filtered(lambda r: r.kind == "correct")
        changes = [r.quantity_after - r.quantity_before for r in corrections]
        added = sum(change for change in changes if change > 0)
        price = abs(float(self.sudo()._backflush_parking_cost()))
        return (quantity + added) * price > limit

    def _use_more(self, quantity):
        res = super()._use_more(quantity)
        self.addition_requested_by_id = False
        return res

    def action_approve_addition(self):
        """Add what another cost accountant said was used in addition.

        :return: True
        :raises UserError: if nobody asked, or the caller did
        """
        self._check_role(ACCOUNTANT)
        self._check_open()
        for error in self:
            asked_by = error.addition_requested_by_id
            if not asked_by or asked_by == self.env.user:
                raise UserError(
                    self.env._(
                        "%s: somebody else has to ask before you can approve.",
                        error.name,
                    )
                )
            error._add(error.addition_quantity, error.addition_reason)
        return True

    def action_decline_addition(self):
        """Take requests back; what is open stays as it was reported.

        :return: True
        """
        self._check_role(ACCOUNTANT)
        self._check_open()
        self.sudo().addition_requested_by_id = False
        return True
