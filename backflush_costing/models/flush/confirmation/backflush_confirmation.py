from odoo import api, fields, models

# What made a confirmation. Reporting point and start issue before the product is
# received; of what was scrapped none is.
TRIGGERS = [
    ("completion", "Completion"),
    ("operation", "Reporting point"),
    ("start", "Start"),
    ("scrap", "Scrap of the product"),
]


class BackflushConfirmation(models.Model):
    """What an order reported, and everything that followed from it.

    Made when an order is completed, and when an operation is finished or started
    whose components are issued then.

    The document of each flush and its audit trail: who reported what and when,
    per component what was required, issued, parked and why from there, the stock
    movements, the journal entry and the error records.
    """

    _name = "backflush.confirmation"
    _description = "Backflush Confirmation"
    _order = "date_event desc, id desc"
    _rec_name = "production_id"
    _check_company_auto = True

    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Order that was completed.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        help="Company of the order.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="What was produced.",
    )
    trigger = fields.Selection(
        TRIGGERS,
        required=True,
        readonly=True,
        default="completion",
        index=True,
        help="Completion: the product was received. Reporting point: an operation was "
        "finished. Start: an operation, or the order, was started. Scrap of the "
        "product: pieces were lost on the way.",
    )
    workorder_id = fields.Many2one(
        "mrp.workorder",
        "Work Order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Operation that was finished or started, or at which pieces were "
        "scrapped.",
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work Center",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where it was reported: of the operation, at completion of the last one.",
    )
    shift_id = fields.Many2one(
        "backflush.shift",
        readonly=True,
        ondelete="restrict",
        help="Shift in which it happened.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Quantity reported: produced, finished or started at the operation.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        required=True,
        readonly=True,
        help="Unit of the reported quantity.",
    )
    bom_id = fields.Many2one(
        "mrp.bom",
        "Bill of Materials",
        readonly=True,
        ondelete="restrict",
        help="Bill of materials that said what is required.",
    )
    standard_cost_id = fields.Many2one(
        "backflush.standard.cost",
        readonly=True,
        ondelete="restrict",
        help="Version of the standard cost that valued the receipt.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Reported By",
        required=True,
        readonly=True,
        help="Who reported the quantity.",
    )
    date_event = fields.Datetime(
        "Happened On",
        required=True,
        readonly=True,
        index=True,
        help="When it happened, according to the report.",
    )
    date_recorded = fields.Datetime(
        "Recorded On",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the report reached the books.",
    )
    date_accounting = fields.Date(
        "Accounting Date",
        required=True,
        readonly=True,
        help="Day of the event in the plant's time zone; a shift over midnight "
        "belongs to the day on which it began.",
    )
    is_posted = fields.Boolean(
        readonly=True, help="Whether what has to be journalised has been."
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Entry of this completion; one entry can cover several orders.",
    )
    line_ids = fields.One2many(
        "backflush.confirmation.line",
        "confirmation_id",
        "Components",
        readonly=True,
        help="One line per component.",
    )
    posting_line_ids = fields.One2many(
        "backflush.posting.line",
        "confirmation_id",
        "Subledger",
        readonly=True,
        help="What was posted, unrounded.",
    )
    error_ids = fields.One2many(
        "backflush.error",
        "confirmation_id",
        "Error Records",
        readonly=True,
        help="Components that could not be issued.",
    )
    share_ids = fields.One2many(
        "backflush.confirmation.share",
        "confirmation_id",
        "In Process",
        readonly=True,
        help="Orders that receive the product of what was reported at the operation.",
    )
    date_closed = fields.Datetime(
        readonly=True,
        index=True,
        help="When the last product of what was reported was received; empty while "
        "some of it is in process.",
    )
    open_error_count = fields.Integer(
        compute="_compute_open_error_count",
        help="Number of error records that are still to be worked out.",
    )

    @api.depends("error_ids.state")
    def _compute_open_error_count(self):
        for confirmation in self:
            confirmation.open_error_count = sum(
                error._is_open() for error in confirmation.error_ids
            )

    @api.depends("production_id", "date_event")
    def _compute_display_name(self):
        for confirmation in self:
            when = fields.Datetime.context_timestamp(self, confirmation.date_event)
            confirmation.display_name = (
                f"{confirmation.production_id.name} · {when:%Y-%m-%d %H:%M}"
            )

    def _link_moves(self, reports):
        """Let each issue point at the line that it fulfils."""
        for line in self.line_ids:
            if line.move_id in reports:
                line.move_id.backflush_confirmation_line_id = line

    def _park(self, reports):
        """One error record per component, and lot, of which something is missing."""
        vals_list = [
            line._error_vals(missing, lot_id)
            for line in self.line_ids
            if line.move_id in reports
            for lot_id, missing in reports[line.move_id].missing.items()
        ]
        if vals_list:
            self.env["backflush.error"].create(vals_list)

    def action_open_entry(self):
        """Show the journal entry."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
