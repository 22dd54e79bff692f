from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .backflush_deviation import OPERATOR, SUPERVISOR, TRANSITIONS


class BackflushDeviation(models.Model):
    """Who lets a deviation take effect, and how it ends.

    What happened on the shop floor is recorded by whoever saw it, up to the
    company's limit; above it, and for every substitution, a supervisor who did
    not record it himself has to approve.
    """

    _inherit = "backflush.deviation"

    def action_approve(self):
        """Let the deviations take effect.

        :return: True
        :raises AccessError: if the role does not suffice, or a second person is
            needed
        """
        self.check_access("read")
        for deviation in self:
            deviation._check_state("draft")
            deviation._check_approver()
        self.sudo()._set_state(
            "approved",
            approved_by_id=self.env.uid,
            date_approved=fields.Datetime.now(),
        )
        return True

    def action_record(self):
        """Approve what the user may approve; the rest waits for a supervisor.

        :return: True if all take effect, False if some wait for approval
        """
        self.check_access("read")
        mine = self.browse()
        for deviation in self:
            # What takes effect counts for those that come after it.
            if deviation.can_approve:
                deviation.action_approve()
                mine |= deviation
        return mine == self

    def action_cancel(self):
        """Take deviations back that are not to take effect any more.

        :return: True
        :raises UserError: if an open order uses a substitute already
        """
        self.check_access("read")
        for deviation in self:
            own_draft = (
                deviation.state == "draft"
                and deviation.requested_by_id == self.env.user
            )
            if not own_draft:
                deviation._check_role(SUPERVISOR)
        self.sudo()._cancel()
        return True

    def action_close(self):
        """End a substitution: what is applied already stays, nothing new is.

        :return: True
        :raises UserError: if something else than a substitution is to be closed
        """
        self._check_role(SUPERVISOR)
        recorded = self.filtered(lambda deviation: deviation.kind != "substitution")
        if recorded:
            raise UserError(
                self.env._(
                    "%s is closed by the completion of its order. Cancel what is not "
                    "to take effect.",
                    ", ".join(recorded.mapped("name")),
                )
            )
        self.sudo()._set_state("closed")
        return True

    def _cancel(self):
        """Hook: give up; rooms that know of uses refuse what is used."""
        self._set_state("cancelled")

    def _set_state(self, state, **vals):
        """Move to ``state`` along a declared transition, or refuse."""
        for deviation in self:
            if (deviation.state, state) not in TRANSITIONS:
                raise UserError(
                    self.env._(
                        "%(name)s is %(old)s and cannot become %(new)s.",
                        name=deviation.name,
                        old=deviation._state_name(),
                        new=deviation._state_name(state),
                    )
                )
        self.write({"state": state, **vals})

    def _state_name(self, state=None):
        names = dict(self._fields["state"]._description_selection(self.env))
        return names[state or self.state]

    def _check_state(self, state):
        """Refuse what can only be done in ``state``."""
        wrong = self.filtered(lambda deviation: deviation.state != state)
        if wrong:
            raise UserError(
                self.env._(
                    "%(name)s is %(state)s. What it says is fixed: cancel it and "
                    "record another.",
                    name=wrong[0].name,
                    state=wrong[0]._state_name(),
                )
            )

    def _check_all_approved(self):
        """Refuse to complete an order while a deviation of it waits."""
        waiting = self.filtered(lambda deviation: deviation.state == "draft")
        if waiting:
            raise UserError(
                self.env._(
                    "These deviations wait for a supervisor. Have them approved, or "
                    "cancel them, before the order is completed:\n%s",
                    "\n".join(deviation._sentence() for deviation in waiting),
                )
            )

    def _waiting_notification(self):
        """Tell whoever recorded it on a screen that it has no effect yet."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "%s waits for a supervisor's approval; it has no effect before.",
                    self.name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _sentence(self):
        """What the document says, in one line."""
        return self.env._(
            "%(name)s on %(order)s: %(kind)s of %(quantity)s %(unit)s of %(product)s",
            name=self.name,
            order=self.production_id.name or "",
            kind=dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            quantity=self.quantity,
            unit=self.uom_id.name,
            product=self.product_id.display_name,
        )

    def _needs_approval(self):
        """Hook: whether somebody else than who recorded it has to approve."""
        self.ensure_one()
        return self.kind == "substitution"

    def _check_approver(self):
        """The role must suffice, and nobody approves what he recorded himself."""
        self.ensure_one()
        if not self._needs_approval():
            self._check_role(OPERATOR)
            return
        self._check_role(SUPERVISOR)
        if self.env.user in self._recorders():
            raise AccessError(
                self.env._(
                    "You recorded %s yourself: another supervisor has to approve it.",
                    self.name,
                )
            )

    def _recorders(self):
        """Who recorded it first, and who changed it last: neither approves it."""
        return self.requested_by_id | self.sudo().create_uid

    def _check_role(self, group):
        """The caller must hold ``group`` and be able to read these records."""
        self.check_access("read")
        self.env["backflush.error"]._check_role(group)

    def _in_product_unit(self):
        """The quantity in the component's unit."""
        self.ensure_one()
        return self.uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )

    def _signed_quantity(self):
        """Scrap and over-use take more (+), under-use takes less (-)."""
        quantity = self._in_product_unit()
        return -quantity if self.kind == "underuse" else quantity
