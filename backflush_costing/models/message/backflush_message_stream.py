from odoo import api, fields, models
from odoo.tools import SQL


class BackflushMessageStream(models.Model):
    """What messages take turns for: one handling unit, or one order, of a source.

    A worker claims a stream by locking its row; nothing else ever changes it. The
    claim is gone with the worker's connection, however the worker ends.
    """

    _name = "backflush.message.stream"
    _description = "Stream of Messages"
    _rec_name = "code"
    _order = "source_id, kind, code"
    _log_access = False

    source_id = fields.Many2one(
        "backflush.message.source",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="System that sends the messages.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Company of the source.",
    )
    kind = fields.Selection(
        [("hu", "Handling unit"), ("order", "Order")],
        required=True,
        readonly=True,
        help="What the code stands for.",
    )
    code = fields.Char(
        required=True, readonly=True, help="Code of the handling unit or order."
    )
    message_ids = fields.One2many(
        "backflush.message", "stream_id", readonly=True, help="Its messages."
    )

    _key_uniq = models.UniqueIndex("(source_id, kind, code)")

    @api.model
    def _ensure(self, source, keys):
        """``{(kind, code): id}`` of a source's streams; new ones are made.

        :param keys: iterable of ``(kind, code)``
        """
        wanted = sorted(set(keys))
        if not wanted:
            return {}
        self.env.execute_query(
            SQL(
                """INSERT INTO backflush_message_stream
                               (source_id, company_id, kind, code)
                        SELECT %s, %s, kind, code
                          FROM unnest(%s::varchar[], %s::varchar[]) AS k(kind, code)
                   ON CONFLICT (source_id, kind, code) DO NOTHING
                     RETURNING id""",
                source.id,
                source.company_id.id,
                [kind for kind, _code in wanted],
                [code for _kind, code in wanted],
            )
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT kind, code, id FROM backflush_message_stream
                    WHERE source_id = %s AND (kind, code) IN %s""",
                source.id,
                tuple(wanted),
            )
        )
        return {(kind, code): stream_id for kind, code, stream_id in rows}

    @api.model
    def _claim(self, passed=()):
        """Lock a stream that a message is due in; nobody waits for anybody.

        :param passed: ids of streams not to be looked at
        :return: its id, or None: nothing is due that is not taken
        """
        return next(iter(self._claimable(1, passed)), None)

    @api.model
    def _claimable(self, limit, passed=()):
        """Lock streams that a message is due in and that nobody has locked.

        What a message that failed stands in the way of is not due, except for the
        message that it waits for.

        :param int limit: most streams that are locked
        :param passed: ids of streams not to be looked at
        :return: their ids, those that wait longest first
        """
        self.env["backflush.message"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT stream.id
                     FROM backflush_message_stream stream
                     JOIN LATERAL (
                          SELECT min(message.id) AS first
                            FROM backflush_message message
                           WHERE message.stream_id = stream.id
                             AND (message.state = 'queued' OR message.state = 'failed'
                                                          AND message.is_gap)
                             AND (message.date_due IS NULL
                                  OR message.date_due <= %(now)s)) due
                       ON due.first IS NOT NULL
                    WHERE stream.id IN (
                          SELECT stream_id FROM backflush_message
                           WHERE (state = 'queued' OR state = 'failed' AND is_gap)
                             AND (date_due IS NULL OR date_due <= %(now)s))
                      AND NOT stream.id = ANY(%(passed)s)
                      AND NOT EXISTS (
                          SELECT 1 FROM backflush_message failed
                           WHERE failed.stream_id = stream.id
                             AND failed.state = 'failed' AND NOT failed.is_gap)
                    ORDER BY due.first LIMIT %(limit)s
                      FOR NO KEY UPDATE OF stream SKIP LOCKED""",
                now=fields.Datetime.now(),
                passed=list(passed),
                limit=limit,
            )
        )
        return [stream_id for (stream_id,) in rows]
