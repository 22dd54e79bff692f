from odoo import models
from odoo.exceptions import AccessError, UserError

# The life cycle as data: a pair that is not listed cannot happen.
TRANSITIONS = {
    ("open", "in_process"),
    ("in_process", "open"),
    ("open", "resolved"),
    ("in_process", "resolved"),
    ("open", "written_off"),
    ("in_process", "written_off"),
    ("open", "rejected"),
    ("in_process", "rejected"),
}


class BackflushError(models.Model):
    """The life of a record: who takes it on, retries it, and when it is closed."""

    _inherit = "backflush.error"

    def action_take(self):
        """Take the record on: it is then the user's to work out."""
        self._check_role("backflush_costing.group_backflush_supervisor")
        for error in self.filtered(lambda e: e.state == "open"):
            error.sudo()._set_state("in_process")
            error.user_id = self.env.user
        return True

    def action_retry(self):
        """Issue as much of the open quantity as is available now, oldest first.

        :return: True; what could not be issued stays open on the record
        :raises UserError: if a record is closed already
        """
        self._check_role("backflush_costing.group_backflush_supervisor")
        self._check_open()
        errors = self.sorted(lambda e: (e.event_date, e.id))
        errors.sudo().with_context(backflush_user_id=self.env.uid)._retry()
        return True

    def _retry(self):
        """Hook: work off what can be worked off; rooms above do the issue."""
        # What failed as a whole once more was counted where it failed.
        tried = self.filtered(lambda e: not (e._is_failure() and e._is_open()))
        for attempts, errors in tried.grouped("attempts").items():
            errors.attempts = attempts + 1

    def _settle(self, final):
        """Close, as ``final``, every record on which nothing is open any more."""
        done = self.filtered(
            lambda e: e._is_open() and e.uom_id.is_zero(e.quantity_open)
        )
        if done:
            done._set_state(final)

    def _set_state(self, state):
        """Move to ``state`` along a declared transition, or refuse."""
        if not self:
            # Writing, even to no record, promises the tracking a commit: who then
            # waits for stock could not start over in place.
            return
        words = dict(self._fields["state"]._description_selection(self.env))
        for error in self:
            if (error.state, state) not in TRANSITIONS:
                raise UserError(
                    self.env._(
                        "%(name)s is %(old)s and cannot become %(new)s.",
                        name=error.name,
                        old=words[error.state],
                        new=words[state],
                    )
                )
        self.write({"state": state})

    def _is_open(self):
        self.ensure_one()
        return self.state in ("open", "in_process")

    def _check_open(self):
        closed = self.filtered(lambda error: not error._is_open())
        if closed:
            raise UserError(
                self.env._(
                    "Closed already: %(names)s.",
                    names=", ".join(closed.mapped("name")),
                )
            )

    def _check_role(self, group):
        """The caller must hold ``group`` and be able to read these records."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This needs the role %(role)s.",
                    role=self.env.ref(group).sudo().full_name,
                )
            )
