from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Columns of the ageing: (name, from day, before day).
BUCKETS = (
    ("amount_week", 0, 8),
    ("amount_month", 8, 31),
    ("amount_quarter", 31, 91),
    ("amount_older", 91, None),
)


class BackflushErrorCumulation(models.Model):
    """Open records of one component at one location as one line.

    Many small shortages of the same thing have one reason and one remedy: the line
    opens into its records and is worked off oldest first. Its amounts are what the
    ledger holds in suspense, by age.
    """

    _name = "backflush.error.cumulation"
    _description = "Open Errors by Component and Location"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "product_id"
    _depends = {
        "backflush.error": [
            "company_id",
            "product_id",
            "location_id",
            "quantity_open",
            "amount",
            "event_date",
            "severity",
            "state",
        ]
    }

    company_id = fields.Many2one(
        "res.company", readonly=True, help="Company of the records."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    product_id = fields.Many2one(
        "product.product", "Component", readonly=True, help="What is missing."
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id", string="Unit", help="The component's own unit."
    )
    location_id = fields.Many2one(
        "stock.location",
        "Backflush Location",
        readonly=True,
        help="Where it should have been taken from.",
    )
    record_count = fields.Integer(
        "Records", readonly=True, help="Open records of the component here."
    )
    required_count = fields.Integer(
        "Block the Close",
        readonly=True,
        help="Records that must be resolved before the period is closed.",
    )
    quantity_open = fields.Float(
        "Open Quantity",
        digits="Product Unit",
        readonly=True,
        help="What is still to be worked out, in the component's unit.",
    )
    amount = fields.Monetary(
        readonly=True, help="What suspense holds for these records."
    )
    event_date = fields.Datetime(
        "Oldest", readonly=True, help="When the oldest of them happened."
    )
    amount_week = fields.Monetary(
        "Up to 7 Days", readonly=True, help="Of the amount: at most 7 days old."
    )
    amount_month = fields.Monetary(
        "8 to 30 Days", readonly=True, help="Of the amount: 8 to 30 days old."
    )
    amount_quarter = fields.Monetary(
        "31 to 90 Days", readonly=True, help="Of the amount: 31 to 90 days old."
    )
    amount_older = fields.Monetary(
        "Over 90 Days", readonly=True, help="Of the amount: more than 90 days old."
    )

    @property
    def _table_query(self):
        ages = SQL(", ").join(
            SQL(
                "sum(amount) FILTER (WHERE age >= %s "
                "AND (%s IS NULL OR age < %s)) AS %s",
                first,
                end,
                end,
                SQL.identifier(name),
            )
            for name, first, end in BUCKETS
        )
        return SQL(
            """SELECT min(id) AS id, company_id, product_id, location_id,
                      count(*) AS record_count,
                      count(*) FILTER (WHERE severity = 'required') AS required_count,
                      sum(quantity_open) AS quantity_open, sum(amount) AS amount,
                      min(event_date) AS event_date, %s
                 FROM (SELECT *, extract(day FROM now() AT TIME ZONE 'UTC' - event_date)
                              AS age
                         FROM backflush_error
                        WHERE state IN ('open', 'in_process')
                          AND product_id IS NOT NULL) error
                GROUP BY company_id, product_id, location_id""",
            ages,
        )

    def _records(self):
        """The error records of these lines, oldest first."""
        domain = Domain.OR(Domain(line._records_domain()) for line in self)
        return self.env["backflush.error"].search(domain, order="event_date, id")

    def _records_domain(self):
        """Domain of the open records of one line."""
        self.ensure_one()
        return [
            ("state", "in", ("open", "in_process")),
            ("company_id", "=", self.company_id.id),
            ("product_id", "=", self.product_id.id),
            ("location_id", "=", self.location_id.id),
        ]

    def action_open_records(self):
        """Show the records of this line."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_error"
        )
        return {**action, "domain": self._records_domain(), "context": {}}

    def action_retry(self):
        """Retry the records of these lines, oldest first.

        :return: a notification of what stays open, or False
        """
        return self._records().action_retry_on_screen()
