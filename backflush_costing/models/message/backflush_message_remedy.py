from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.message import Message, read, shown
from .backflush_message import OPEN
from .backflush_message_submit import SAME_NUMBER

SUPERVISOR = "backflush_costing.group_backflush_supervisor"
#: What a correction may change.
CORRECTABLE = (
    *("order", "operation", "workcenter", "product", "substitute", "lot", "hu"),
    *("position", "quantity", "uom", "reason", "final", "event_time"),
)


class BackflushMessage(models.Model):
    """What a person can do about a message that failed."""

    _inherit = "backflush.message"

    def action_reprocess(self):
        """Carry failed messages out again, in the background.

        :return: True
        :raises UserError: if one has not failed
        """
        self._check_remedy("failed")
        self.sudo()._requeue()
        return True

    def action_go_on(self):
        """Have messages not wait any longer for what has not arrived.

        :return: True
        :raises UserError: if one does not wait
        """
        self._check_remedy(*OPEN)
        waiting = self.sudo()
        for message in waiting:
            if not message.is_gap and not message.date_due:
                raise UserError(
                    self.env._("%s does not wait for anything.", message.external_id)
                )
        waiting.is_free = True
        waiting._requeue()
        return True

    def action_reject(self, reason):
        """Close messages as wrong; they never take effect, those behind go on.

        :param str reason: why, in words
        :return: True
        :raises UserError: without a reason, or if one took effect already
        """
        self._check_remedy(*OPEN)
        if not (reason or "").strip():
            raise UserError(self.env._("A rejection needs a reason."))
        errors = self._open_failures().with_env(self.env)
        # The record of a failure closes its message.
        if errors:
            errors.action_reject(reason)
        rest = self.sudo().filtered(lambda m: m.state in OPEN)
        rest._reject(reason)
        return True

    def action_resubmit(self, values):
        """Send failed messages again with a correction, in the same place.

        The message keeps what was sent; the correction is another one, under the
        number with ``#2`` behind it, with this user's rights.

        :param dict values: keys of the message that are to be changed; None takes a
            key out
        :return: database ids of the corrections
        :raises UserError: if a correction is no message, naming why
        """
        self._check_remedy("failed")
        if not isinstance(values, dict):
            raise UserError(
                self.env._(
                    "A correction is an object of keys and values, not %(value)s. What "
                    "can be corrected: %(known)s.",
                    value=shown(values),
                    known=", ".join(CORRECTABLE),
                )
            )
        return [message.sudo()._correct(values).id for message in self]

    # -- how ------------------------------------------------------------

    def _check_remedy(self, *states):
        """Supervisors decide, about messages that can still change."""
        self.check_access("read")
        self.env["backflush.error"]._check_role(SUPERVISOR)
        wrong = self.filtered(lambda message: message.state not in states)
        if wrong:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Message %(id)s is %(state)s: nothing is to be done about it.",
                    id=wrong[0].external_id,
                    state=names[wrong[0].state],
                )
            )

    def _requeue(self):
        """Let them have their turn again."""
        failed = self.filtered(lambda message: message.state == "failed")
        # Who waits for a missing one is looked at again, and fails again without it.
        failed._set_state("queued", is_gap=False)
        self.write({"date_due": False})
        self._wake_streams()

    def _wake_streams(self):
        """Whoever waits behind these is looked at again."""
        streams = self.stream_id
        behind = self.search(
            [
                ("stream_id", "in", streams.ids),
                ("state", "=", "queued"),
                ("date_due", "!=", False),
            ]
        )
        behind.date_due = False
        self._wake(len(streams))

    def _reject(self, reason):
        """Close as wrong."""
        self._set_state("rejected", reason=reason, is_gap=False, date_due=False)
        self._wake_streams()

    def _correct(self, values):
        """Store the correction of one failed message in its place."""
        known = set(CORRECTABLE)
        wrong = [key for key in values if key not in known]
        if wrong:
            raise UserError(
                self.env._(
                    "%(keys)s cannot be corrected. What can: %(known)s.",
                    keys=", ".join(map(str, wrong)),
                    known=", ".join(CORRECTABLE),
                )
            )
        raw = {**self.payload, **values, "external_id": self._next_number()}
        now = fields.Datetime.now()
        skew = timedelta(minutes=self.source_id.skew_minutes)
        found = read(raw, now, skew=skew)
        if not isinstance(found, Message):
            raise UserError("\n".join(self._submit_reason(one) for one in found))
        return self._put_in_place(found, now)

    def _put_in_place(self, correction, now):
        """Let the correction have this message's turn."""
        streams = self.env["backflush.message.stream"]._ensure(
            self.source_id, [correction.stream]
        )
        row = self._row(self.source_id, correction, self.position, streams, now)
        if row["stream_id"] != self.stream_id.id:
            row["sequence_number"] = 0
        self._insert([row], SAME_NUMBER)
        number = correction.values["external_id"]
        new = self.search(
            [("source_id", "=", self.source_id.id), ("external_id", "=", number)]
        )
        self._set_state("replaced", replaced_by_id=new.id, is_gap=False)
        self._open_failures()._set_state("resolved")
        self._wake_streams()
        new._wake()
        return new

    def _next_number(self):
        """A number for the correction that nobody uses."""
        base, _sign, count = self.external_id.rpartition("#")
        if not base or not count.isdecimal() or len(count) > 3:
            base, count = self.external_id, "1"
        number = int(count) + 1
        domain = [("source_id", "=", self.source_id.id)]
        while self.with_context(active_test=False).search_count(
            [*domain, ("external_id", "=", f"{base[:120]}#{number}")], limit=1
        ):
            number += 1
        return f"{base[:120]}#{number}"
