from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# The taxonomy of failed goods movements; each cause has its own remedy.
CAUSES = [
    ("no_location", "No backflush location"),
    ("location_blocked", "Location blocked for counting"),
    ("insufficient_stock", "Insufficient stock"),
    ("missing_uom_conversion", "No unit of measure conversion"),
    ("lot_required", "Lot or serial number required"),
    ("not_reported", "Consumption not reported"),
    ("period_closed", "Posting period closed"),
    ("no_rights", "No authorisation"),
    ("handling_unit_empty", "Handling unit empty"),
    ("unknown_reference", "Unknown reference"),
    ("invalid_message", "Invalid message"),
    ("sequence_gap", "Gap in the sequence"),
    ("other", "Other"),
]


class BackflushError(models.Model):
    """A requirement that could not be issued, kept until somebody works it out.

    A record is created where a flush fails for a business reason; the receipt of
    the finished good goes through. Its open quantity is worked off by issuing it
    after all (:meth:`action_retry`) or written off with a reason
    (:meth:`action_write_off`); nobody can delete it.

    What retrying and writing off mean in stock and in the ledger is known to
    the rooms above this one; they extend :meth:`_retry` and :meth:`_write_off`.
    How a room adds causes and documents of its own: docs/architecture.md.
    """

    _name = "backflush.error"
    _description = "Backflush Error"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "event_date, id"
    _check_company_auto = True

    name = fields.Char(
        "Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        help="Number of the error record, from its own sequence.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company whose stock and ledger the record concerns.",
    )
    cause = fields.Selection(
        CAUSES,
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Why the component could not be issued.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("in_process", "In Process"),
            ("resolved", "Resolved"),
            ("written_off", "Written Off"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        help="Open: waiting. In process: somebody took it on. Resolved: issued "
        "after all. Written off: given up with a reason.",
    )
    severity = fields.Selection(
        [
            ("required", "Resolution required"),
            ("recommended", "Resolution recommended"),
        ],
        default="required",
        required=True,
        tracking=True,
        help="Required: the period cannot be closed while the record is open.",
    )
    event_date = fields.Datetime(
        "Happened",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the component was used according to the report. Records are "
        "worked off oldest first.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        tracking=True,
        ondelete="restrict",
        help="Who works this record out.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Component",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="What could not be issued.",
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id",
        string="Unit",
        help="Unit of measure of the quantities: the component's own.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "Backflush Location",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Where the component should have been taken from.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial",
        readonly=True,
        tracking=True,
        ondelete="restrict",
        check_company=True,
        help="Lot that was asked for, if one was.",
    )
    package_id = fields.Many2one(
        "stock.package",
        "Handling Unit",
        readonly=True,
        ondelete="restrict",
        help="Handling unit that was asked for, if one was.",
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Order that used the component.",
    )
    quantity = fields.Float(
        "Missing Quantity",
        digits="Product Unit",
        readonly=True,
        help="What was missing when the record was made.",
    )
    quantity_issued = fields.Float(
        "Issued Since",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What has been issued after all.",
    )
    quantity_written_off = fields.Float(
        "Written Off",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What has been given up with a reason.",
    )
    quantity_reversed = fields.Float(
        "Reversed",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What fell away because the completion itself was taken back.",
    )
    quantity_open = fields.Float(
        "Open Quantity",
        digits="Product Unit",
        compute="_compute_quantity_open",
        store=True,
        help="What still has to be worked out.",
    )
    amount = fields.Float(
        digits=(20, 8),
        readonly=True,
        copy=False,
        aggregator="sum",
        help="Open quantity at standard cost, unrounded, in company currency: "
        "what the suspense account holds for this record. A memo where the "
        "product is not costed under a policy with suspense.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amount."
    )
    age_days = fields.Integer(
        "Age (days)",
        compute="_compute_age_days",
        search="_search_age_days",
        help="Days since the component was used; counts while the record is open.",
    )
    attempts = fields.Integer(
        readonly=True,
        copy=False,
        help="How often issuing the open quantity was tried again.",
    )
    _open_idx = models.Index(
        "(company_id, product_id, location_id) WHERE state IN ('open', 'in_process')"
    )
    # The list as it opens, and the background: the oldest first.
    _oldest_idx = models.Index("(event_date, id) WHERE state IN ('open', 'in_process')")

    @api.depends(
        "quantity",
        "quantity_issued",
        "quantity_written_off",
        "quantity_reversed",
        "quantity_substituted",
    )
    def _compute_quantity_open(self):
        for error in self:
            worked_off = (
                error.quantity_issued
                + error.quantity_written_off
                + error.quantity_reversed
                + error.quantity_substituted
            )
            uom = error.uom_id
            left = error.quantity - worked_off
            error.quantity_open = uom.round(left) if uom else left

    @api.depends("event_date", "state")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for error in self:
            is_open = error._is_open() and error.event_date
            error.age_days = (now - error.event_date).days if is_open else 0

    @api.model
    def _search_age_days(self, operator, value):
        """Open records of an age; what is closed has none."""
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        # Older than two days is: three full days have gone by.
        days = value + 1 if operator in (">", "<=") else value
        moment = fields.Datetime.now() - timedelta(days=days)
        older = "<=" if operator in (">", ">=") else ">"
        is_open = Domain("state", "in", ("open", "in_process"))
        return is_open & Domain("event_date", older, moment)

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            vals["name"] = sequence.with_company(company_id).next_by_code(
                "backflush.error"
            )
        return super().create(vals_list)

    def write(self, vals):
        """What happened is not edited; it changes by the actions below."""
        fixed = {
            name
            for name in vals
            if self._fields[name].readonly
            and name not in self.env["mail.thread"]._fields
            and name not in self.env["mail.activity.mixin"]._fields
        }
        if fixed and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s of an error record follow from what happened. Retry, "
                    "issue from elsewhere, or write off.",
                    fields=", ".join(
                        self._fields[name].string for name in sorted(fixed)
                    ),
                )
            )
        # No caller can ask for a change that nobody sees.
        logged = self.with_context(tracking_disable=False, mail_notrack=False)
        return super(BackflushError, logged).write(vals)

    # The flag that Odoo sets while it uninstalls is anybody's to set.
    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Error records are never deleted: %(names)s. Retry the issue, or "
                "write the open quantity off with a reason.",
                names=", ".join(self.mapped("name")),
            )
        )
