from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("first", "First failure"),
    ("retry", "Issued after all"),
    ("issue_from", "Issued from elsewhere"),
    ("count", "Worked off by a count"),
    ("substitute", "Substitute used"),
    ("correct", "Quantity corrected"),
    ("lot", "Lot named"),
    ("count_request", "Count asked for"),
    ("transfer", "Transfer ordered"),
    ("write_off", "Written off"),
    ("reversal", "Report taken back"),
    ("reject", "Rejected"),
]


class BackflushErrorRemedy(models.Model):
    """What happened to an error record, from the first failure to the last remedy.

    Each line is a part of the record's quantity that something was done about: who,
    when, what, how much, what was open before and after. Nobody writes or deletes it.
    """

    _name = "backflush.error.remedy"
    _description = "Remedy of an Error Record"
    _order = "error_id, id"
    _rec_name = "kind"

    error_id = fields.Many2one(
        "backflush.error",
        "Error Record",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Record that something was done about.",
    )
    company_id = fields.Many2one(
        related="error_id.company_id",
        store=True,
        index=True,
        help="Company of the error record.",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, help="What was done.")
    user_id = fields.Many2one(
        "res.users",
        "By",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        help="Who did it; the system's own user where it happened by itself.",
    )
    date = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it was done.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Part of the open quantity that it is about, in the component's unit.",
    )
    quantity_before = fields.Float(
        "Open Before",
        digits="Product Unit",
        readonly=True,
        help="What was open before.",
    )
    quantity_after = fields.Float(
        "Open After", digits="Product Unit", readonly=True, help="What is open since."
    )
    uom_id = fields.Many2one(
        related="error_id.uom_id", string="Unit", help="Unit of the quantities."
    )
    reason = fields.Char(readonly=True, help="Why, in words.")
    second_user_id = fields.Many2one(
        "res.users",
        "Asked For By",
        readonly=True,
        ondelete="restrict",
        help="Who asked for a write-off that a second person approved.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial",
        readonly=True,
        ondelete="restrict",
        help="Lot that was named.",
    )
    stock_move_id = fields.Many2one(
        "stock.move",
        "Stock Movement",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Movement of stock by which it was done.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        readonly=True,
        ondelete="restrict",
        help="Transfer that was ordered.",
    )
    account_move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        compute="_compute_account_move_id",
        help="Entry that it was posted by.",
    )
    posted_move_id = fields.Many2one(
        "account.move",
        "Entry Without Movement",
        readonly=True,
        ondelete="restrict",
        help="Entry of what moved no stock, such as a write-off.",
    )

    _written_off_idx = models.Index("(company_id, date) WHERE kind = 'write_off'")

    @api.depends("stock_move_id.account_move_id", "posted_move_id")
    def _compute_account_move_id(self):
        for remedy in self:
            entry = remedy.sudo().stock_move_id.account_move_id
            remedy.account_move_id = remedy.posted_move_id or entry

    def write(self, vals):
        """What was done is not edited."""
        if not self.env.su:
            raise UserError(
                self.env._("What was done about an error record cannot be changed.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "What was done about an error record is never deleted: it says how "
                "%s came to its end.",
                ", ".join(self.error_id.mapped("name")),
            )
        )
