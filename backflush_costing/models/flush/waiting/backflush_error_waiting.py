from odoo import api, fields, models
from odoo.tools import SQL

OPEN = ("open", "in_process")
CRON = "backflush_costing.cron_retry_errors"


class BackflushError(models.Model):
    """Which records wait for what, and what wakes them up.

    What waits for stock needs no list of its own: the records and the stock say which
    can be issued, whatever brought the stock. Where a reason goes away that stock does
    not show (a period opens, a unit or a code is created), the records that waited for
    it are queued by name.
    """

    _inherit = "backflush.error"

    date_due = fields.Datetime(
        "Queued for Retry",
        readonly=True,
        copy=False,
        help="Since when the record is queued, because the reason that it waited for "
        "has gone away.",
    )
    is_held = fields.Boolean(
        "Waits for a Person",
        readonly=True,
        copy=False,
        help="An attempt in the background failed for another reason than missing "
        "stock. It is not repeated before that reason is gone or somebody retries.",
    )
    last_answer = fields.Text(
        "Last Attempt",
        readonly=True,
        copy=False,
        tracking=True,
        help="What Odoo said when issuing the open quantity failed last.",
    )
    _due_idx = models.Index("(date_due) WHERE date_due IS NOT NULL")
    _failure_idx = models.Index(
        "(production_id) WHERE description IS NOT NULL"
        " AND state IN ('open', 'in_process')"
    )

    @api.model
    def _wake(self):
        """Have the queue worked off soon, in the background."""
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _wake_for_stock(self, companies, places):
        """Wake the queue up where a record waits for stock that has just arrived.

        One query per call, however much arrives.

        :param places: ``(product id, location id)``; all locations that the stock
            lies in, the outer ones included
        """
        if not places:
            return
        self.flush_model(["state", "product_id", "location_id", "description"])
        rows = self.env.execute_query(
            SQL(
                """SELECT 1 WHERE EXISTS (
                       SELECT 1 FROM backflush_error
                        WHERE state IN %(open)s AND company_id IN %(companies)s
                          AND (product_id, location_id) IN %(places)s)
                    OR EXISTS (
                       SELECT 1 FROM backflush_error failure
                         JOIN stock_move raw
                           ON raw.raw_material_production_id = failure.production_id
                        WHERE failure.state IN %(open)s
                          AND failure.description IS NOT NULL
                          AND failure.cause = 'insufficient_stock'
                          AND (raw.product_id, raw.location_id) IN %(places)s)""",
                open=OPEN,
                companies=tuple(companies.ids) or (0,),
                places=tuple(places),
            )
        )
        if rows:
            self._wake()

    @api.model
    def _queue_gone(self, domain):
        """Queue the open records of ``domain`` whose reason has gone away."""
        waiting = self.sudo().search([("state", "in", OPEN), *domain])
        gone = waiting.filtered(lambda error: error._reason_is_gone())
        if gone:
            gone.write({"date_due": fields.Datetime.now(), "is_held": False})
            self._wake()

    def _reason_is_gone(self):
        """Whether what this record waits for has happened; stock is not asked here."""
        self.ensure_one()
        check = getattr(self, f"_is_gone_{self.cause}", None)
        return bool(check and check())

    def _is_gone_period_closed(self):
        """The day that has to be booked is open."""
        company = self.company_id
        policy = self.production_id._backflush_policy()
        day = company._backflush_today()
        if self._is_failure():
            day = self.env["backflush.shift"]._of(company, self.event_date)[1]
        journal = policy._journal() if policy else self.env["account.journal"]
        return not company._get_violated_lock_dates(day, False, journal)

    @api.model
    def _release_opened_periods(self):
        """What could not be booked on a day of a closed period is booked on a new day.

        Nobody opens a period that begins.
        """
        held = self.sudo().search(
            [
                ("state", "in", OPEN),
                ("is_held", "=", True),
                ("cause", "=", "period_closed"),
                ("description", "=", False),
            ]
        )
        cases = held.grouped(
            lambda e: (e.company_id, e.production_id._backflush_policy())
        )
        for errors in cases.values():
            if errors[0]._reason_is_gone():
                errors.is_held = False

    def _is_gone_missing_uom_conversion(self):
        """All quantities of the order can be converted."""
        return self.production_id._backflush_units_fit()

    def _is_gone_unknown_reference(self):
        """Somebody created what the code stands for."""
        codes = self.env["product.product"].sudo()
        return bool(self.reference) and bool(
            codes.search_count(
                [
                    ("company_id", "in", (False, self.company_id.id)),
                    "|",
                    ("barcode", "=", self.reference),
                    ("default_code", "=", self.reference),
                ],
                limit=1,
            )
        )

    @api.model
    def _queue_for_units(self):
        """Queue what waits for a conversion that exists now."""
        self._queue_gone([("cause", "=", "missing_uom_conversion")])
