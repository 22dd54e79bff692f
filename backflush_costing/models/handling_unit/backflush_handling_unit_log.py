from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("mount", "Mounted"),
    ("unmount", "Unmounted"),
    ("move", "Moved back"),
    ("consumption", "Used"),
    ("empty", "Reported empty"),
    ("reversal", "Not empty after all"),
    ("fill", "Filled"),
    ("takeout", "Taken out again"),
]


class BackflushHandlingUnitLog(models.Model):
    """What happened to a handling unit: who, when, from where, to where, how much.

    Each call of the unit's public methods makes one of these documents and answers
    with its id.
    """

    _name = "backflush.handling.unit.log"
    _description = "History of a Handling Unit"
    _order = "date_event desc, id desc"
    _rec_name = "package_id"

    package_id = fields.Many2one(
        "stock.package",
        "Handling Unit",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The unit.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        help="Company whose unit it was.",
    )
    kind = fields.Selection(
        KINDS, required=True, readonly=True, index=True, help="What happened."
    )
    state = fields.Selection(
        [
            ("waiting", "To Be Confirmed"),
            ("done", "Done"),
            ("reversed", "Taken Back"),
        ],
        required=True,
        readonly=True,
        default="done",
        index=True,
        help="To be confirmed: the residue is above the company's limit, a supervisor "
        "has to say that it is right; nothing is posted before.",
    )
    date_event = fields.Datetime(
        "Happened On", required=True, readonly=True, help="When it happened."
    )
    event_sequence = fields.Integer(
        readonly=True,
        help="What came first of what happened at the same moment, where the sender "
        "says so.",
    )
    event_reference = fields.Char(
        "Sender's Number",
        readonly=True,
        help="Number that the sender gave the report; it tells what happened in the "
        "same second apart, whichever arrived first.",
    )
    date_recorded = fields.Datetime(
        "Recorded On",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the report arrived.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Reported By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Who reported it.",
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Work Center",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where the unit was mounted, or is since.",
    )
    workorder_id = fields.Many2one(
        "mrp.workorder",
        "Work Order",
        readonly=True,
        ondelete="set null",
        help="Operation that it was for.",
    )
    position = fields.Char(readonly=True, help="Position at the work center.")
    location_from_id = fields.Many2one(
        "stock.location", "From", readonly=True, help="Where the unit came from."
    )
    location_to_id = fields.Many2one(
        "stock.location", "To", readonly=True, help="Where it went to."
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Transfer that moved it.",
    )
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="What was used, put in, or left.",
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id", string="Unit", help="Unit of the quantity."
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots",
        readonly=True,
        help="Lots that were in the unit then.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What was used, put in, or left over, in the product's unit.",
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Order that it was used for, or whose product was put into it.",
    )
    confirmation_id = fields.Many2one(
        "backflush.confirmation",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Document of the consumption, or of what was made.",
    )
    reason_id = fields.Many2one(
        "backflush.residue.reason",
        "Cause",
        readonly=True,
        ondelete="restrict",
        help="Why the books still held something.",
    )
    reverses_id = fields.Many2one(
        "backflush.handling.unit.log",
        "Takes Back",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Report that this one takes back.",
    )
    life = fields.Integer(
        readonly=True,
        help="How often the unit had been filled anew after it was reported empty.",
    )
    move_ids = fields.One2many(
        "stock.move",
        "backflush_unit_log_id",
        "Residue",
        readonly=True,
        help="Movements of the residue: out of stock, and what came back of it.",
    )
    residue_quantity = fields.Float(
        "Residue",
        digits="Product Unit",
        compute="_compute_residue_quantity",
        help="What the books held and nobody used, in the product's unit: what left "
        "stock, or will once it is confirmed.",
    )

    @api.depends("move_ids.state", "move_ids.quantity", "state", "kept")
    def _compute_residue_quantity(self):
        for log in self:
            posted = sum(log._residue_of(own) for own in log.move_ids.product_id)
            is_waiting = log.state == "waiting"
            waiting = map(float, (log.kept or {}).values()) if is_waiting else ()
            log.residue_quantity = posted + sum(waiting)

    def _residue_of(self, product):
        """What this report has taken out of the unit, less what was taken back."""
        self.ensure_one()
        lines = self.move_ids.move_line_ids.filtered(
            lambda line: line.state == "done" and line.product_id == product
        )
        return sum(
            line.quantity_product_uom
            * (1 if line.location_dest_id.usage == "inventory" else -1)
            for line in lines
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The history of a handling unit is kept; it is never deleted.")
        )
