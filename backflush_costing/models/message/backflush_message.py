import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine.message import TYPES
from ..error.backflush_error import CAUSES

# The life cycle as data: a pair that is not listed cannot happen.
TRANSITIONS = {
    ("queued", "done"),
    ("queued", "failed"),
    ("queued", "rejected"),
    ("failed", "queued"),
    ("failed", "done"),
    ("failed", "rejected"),
    ("failed", "replaced"),
}
#: Its place in the sequence is taken: what comes behind can run.
FINAL = ("done", "rejected", "replaced")
OPEN = ("queued", "failed")

NAMES = {
    "production": "Production",
    "consumption": "Consumption",
    "scrap": "Scrap",
    "substitution": "Substitution",
    "hu_mount": "Handling unit mounted",
    "hu_unmount": "Handling unit unmounted",
    "hu_empty": "Handling unit empty",
    "hu_return": "Handling unit returned",
    "operation_start": "Operation started",
    "operation_finish": "Operation finished",
}


class BackflushMessage(models.Model):
    """What a machine reported, stored before it is answered, carried out afterwards.

    Each (source, external id) takes effect at most once. A message that was accepted
    ends carried out, waiting for what comes before it, or as an open error record;
    nobody can delete it.
    """

    _name = "backflush.message"
    _description = "Message"
    _rec_name = "external_id"
    _order = "id desc"

    source_id = fields.Many2one(
        "backflush.message.source",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="System that sent it.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Company of the source.",
    )
    external_id = fields.Char(
        "External ID",
        required=True,
        readonly=True,
        help="Number that the sender gave it; the same number takes effect once.",
    )
    type = fields.Selection(
        [(kind, NAMES[kind]) for kind in TYPES],
        required=True,
        readonly=True,
        index=True,
        help="What it reports.",
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("rejected", "Rejected"),
            ("replaced", "Corrected"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="queued",
        index=True,
        help="Queued: accepted, not carried out yet. Failed: an error record says why; "
        "those behind it wait. Rejected: somebody said that it is wrong. Corrected: "
        "another message took its place. Refused: another content under a number that "
        "was used before; it never takes effect.",
    )
    active = fields.Boolean(
        default=True, readonly=True, help="Whether it is still shown in lists."
    )
    stream_id = fields.Many2one(
        "backflush.message.stream",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="What it takes its turn for: the handling unit, else the order.",
    )
    sequence_number = fields.Integer(
        "Sequence",
        readonly=True,
        aggregator=None,
        help="Its place among the messages of its handling unit or order; 0: the "
        "sender does not count.",
    )
    position = fields.Integer(
        readonly=True, aggregator=None, help="Its place in the call that brought it."
    )
    date_event = fields.Datetime(
        "Happened", required=True, readonly=True, index=True, help="When it happened."
    )
    date_received = fields.Datetime(
        "Received",
        required=True,
        readonly=True,
        index=True,
        help="When it was stored.",
    )
    date_due = fields.Datetime(
        "Waits Until",
        readonly=True,
        help="It waits for an earlier message, or for another station, until then; "
        "empty: it does not wait.",
    )
    date_done = fields.Datetime(
        "Carried Out", readonly=True, help="When it took effect."
    )
    lag_seconds = fields.Float(
        "Lag (s)",
        readonly=True,
        aggregator="avg",
        help="Seconds from its arrival to its effect.",
    )
    payload = fields.Json(readonly=True, help="What was sent, key by key.")
    payload_text = fields.Text(
        "Content", compute="_compute_payload_text", help="What was sent, key by key."
    )
    digest = fields.Char(readonly=True, help="Fingerprint of the content.")
    reverses = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="External id of the message whose effect it takes back.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Sent By",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="User that sent it; it is carried out with this user's rights.",
    )
    attempts = fields.Integer(
        readonly=True, aggregator=None, help="How often it failed."
    )
    cause = fields.Selection(CAUSES, readonly=True, help="Why it failed last.")
    reason = fields.Text(
        "What Failed",
        readonly=True,
        help="Why it failed, was rejected, or had nothing to do, in words.",
    )
    is_gap = fields.Boolean(
        "Waits for Missing",
        readonly=True,
        help="It failed because a message that has to come before it has not arrived; "
        "the missing one unlocks it.",
    )
    is_free = fields.Boolean(
        "Goes On Without", readonly=True, help="It does not wait for what is missing."
    )
    conflict_of_id = fields.Many2one(
        "backflush.message",
        "Number Used By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Message that carried the same number with another content.",
    )
    replaced_by_id = fields.Many2one(
        "backflush.message",
        "Corrected By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Message that took its place.",
    )
    error_ids = fields.One2many(
        "backflush.error",
        "message_id",
        "Error Records",
        readonly=True,
        help="What failed, and what was missing when it was carried out.",
    )
    confirmation_ids = fields.One2many(
        "backflush.confirmation",
        "message_id",
        "Confirmations",
        readonly=True,
        help="What it made: quantities, stock movements and entries.",
    )
    deviation_ids = fields.One2many(
        "backflush.deviation",
        "message_id",
        "Deviations",
        readonly=True,
        help="Deviations that it recorded.",
    )

    _number_uniq = models.UniqueIndex(
        "(source_id, external_id) WHERE conflict_of_id IS NULL"
    )
    _conflict_uniq = models.UniqueIndex(
        "(conflict_of_id, digest) WHERE conflict_of_id IS NOT NULL"
    )
    _due_idx = models.Index("(stream_id, date_due) WHERE state = 'queued'")
    _failed_idx = models.Index("(stream_id) WHERE state = 'failed'")
    # What is next in a stream is asked before each message: neither how many are done
    # nor how many wait makes it slower.
    _sequence_idx = models.Index(
        "(stream_id, sequence_number) WHERE state IN ('done', 'rejected', 'replaced')"
    )
    _open_idx = models.Index(
        "(stream_id, sequence_number, date_event, id)"
        " WHERE state IN ('queued', 'failed')"
    )

    @api.depends("payload")
    def _compute_payload_text(self):
        for message in self:
            message.payload_text = json.dumps(
                message.payload or {}, ensure_ascii=False, indent=2
            )

    @api.depends("type", "external_id")
    def _compute_display_name(self):
        names = dict(self._fields["type"]._description_selection(self.env))
        for message in self:
            name = names.get(message.type, "")
            message.display_name = f"{name} {message.external_id}".strip()

    def write(self, vals):
        """What was sent is not edited; it is corrected by another message."""
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "Messages are not edited: correct and resubmit, or reject, what "
                    "is wrong."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Messages are never deleted (%s): they say what took effect. What is "
                "wrong is rejected; old ones are archived by themselves.",
                ", ".join(self[:10].mapped("external_id")),
            )
        )

    def _set_state(self, state, **vals):
        """Move to ``state`` along a declared transition, or refuse."""
        names = dict(self._fields["state"]._description_selection(self.env))
        for message in self:
            if (message.state, state) not in TRANSITIONS:
                raise UserError(
                    self.env._(
                        "Message %(id)s is %(old)s and cannot become %(new)s.",
                        id=message.external_id,
                        old=names[message.state],
                        new=names[state],
                    )
                )
        self.write({"state": state, **vals})

    def _get(self, key):
        """A value of the content; None where the sender left it out."""
        self.ensure_one()
        return (self.payload or {}).get(key)

    def action_open_errors(self):
        """Show the error records of these messages."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Error Records"),
            "res_model": "backflush.error",
            "view_mode": "list,form",
            "domain": [("message_id", "in", self.ids)],
        }
