from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.message import MOST_MESSAGES, shown
from .backflush_message_submit import INTEGRATION

TYPES = [
    ("order_released", "Order released"),
    ("order_changed", "Order changed"),
    ("order_started", "Order started"),
    ("order_completed", "Order completed"),
    ("order_cancelled", "Order cancelled"),
    ("kanban_emptied", "Kanban emptied"),
]


class BackflushMessageOutbound(models.Model):
    """What a machine has to know: orders, and empty containers, in order.

    Written with what it is about, in the same transaction. It gets its number when
    somebody fetches: a number that is given when a row is written can become visible
    after a higher one, and a reader that remembers the higher one would miss it.
    """

    _name = "backflush.message.outbound"
    _description = "Outbound Message"
    _order = "number desc, id desc"
    _rec_name = "type"
    _log_access = False

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Company whose order or container it is about.",
    )
    type = fields.Selection(TYPES, required=True, readonly=True, help="What happened.")
    date = fields.Datetime(required=True, readonly=True, help="When it happened.")
    payload = fields.Json(readonly=True, help="What is to be known of it, key by key.")
    number = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Its place in the order in which it can be fetched; 0: not fetched yet.",
    )

    _number_uniq = models.UniqueIndex("(company_id, number) WHERE number > 0")
    _new_idx = models.Index("(company_id) WHERE number = 0")

    @api.model
    def fetch_messages(self, cursor=0, limit=100):
        """What came after ``cursor``, in order, of the present company.

        :param int cursor: ``cursor`` of the answer before; 0: from the beginning
        :param int limit: at most 1,000 messages
        :return: ``{"messages": […], "cursor": number to go on from}``; each message has
            ``number``, ``type``, ``event_time`` (UTC) and what it is about
        :raises AccessError: without the role Integration
        :raises UserError: if cursor or limit is no number
        """
        self.env["backflush.error"]._check_role(INTEGRATION)
        for value in (cursor, limit):
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise UserError(
                    self.env._(
                        "%s is neither a cursor nor a limit: 0, 1, 2 …", shown(value)
                    )
                )
        company = self.env.company
        self.sudo()._give_numbers(company)
        found = self.sudo().search(
            [("company_id", "=", company.id), ("number", ">", cursor)],
            order="number",
            limit=min(limit, MOST_MESSAGES),
        )
        messages = [
            {
                **row.payload,
                "number": row.number,
                "type": row.type,
                "event_time": f"{row.date.isoformat()}Z",
            }
            for row in found
        ]
        return {"messages": messages, "cursor": found[-1:].number or cursor}

    def _give_numbers(self, company):
        """Number what is visible by now; of two readers at once Odoo repeats one."""
        self.flush_model()
        self.env.execute_query(
            SQL(
                """UPDATE backflush_message_outbound row SET number = new.number
                     FROM (SELECT id, row_number() OVER (ORDER BY id) + (
                                  SELECT COALESCE(max(number), 0)
                                    FROM backflush_message_outbound
                                   WHERE company_id = %(company)s) AS number
                             FROM backflush_message_outbound
                            WHERE company_id = %(company)s AND number = 0) new
                    WHERE row.id = new.id RETURNING row.id""",
                company=company.id,
            )
        )
        self.invalidate_model(["number"])

    @api.model
    @tools.ormcache("company_id")
    def _is_fetched(self, company_id):
        """Whether a system of the company fetches at all."""
        sources = self.env["backflush.message.source"].sudo()
        return bool(
            sources.search_count(
                [("company_id", "=", company_id), ("fetches", "=", True)], limit=1
            )
        )

    @api.model
    def _tell(self, kind, company, payloads):
        """Write what somebody will fetch."""
        now = fields.Datetime.now()
        self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "type": kind,
                    "date": now,
                    "payload": payload,
                    "number": 0,
                }
                for payload in payloads
            ]
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("What machines fetch is never deleted: they count on its order.")
        )
