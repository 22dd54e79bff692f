from odoo import api, fields, models


class BackflushConfirmation(models.Model):
    """What a completed order reported, and everything that followed from it.

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
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="Quantity reported as produced."
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
        "Reported On", required=True, readonly=True, help="When it was reported."
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

    def _post(self):
        """Journalise what is waiting, in one entry per company and journal."""
        for company, confirmations in self.grouped("company_id").items():
            confirmations.with_company(company)._post_in_company()
        self.is_posted = True

    def _post_in_company(self):
        """:meth:`_post` for confirmations of the current company."""
        costed = self.filtered(lambda c: c.production_id._backflush_policy())
        standards = self.env["backflush.standard.cost"]._current(costed.product_id)
        completions = [confirmation._completion() for confirmation in costed]
        if completions:
            self.env["backflush.poster"].sudo()._post_completions(completions)
        for confirmation in costed:
            moves = confirmation._moves()
            confirmation.write(
                {
                    "move_id": moves.account_move_id[:1].id,
                    "standard_cost_id": standards.get(
                        confirmation.product_id, self.standard_cost_id.browse()
                    ).id,
                }
            )
        (self - costed).error_ids._set_memo()

    def _moves(self):
        """Done movements between stock and production of this confirmation."""
        order = self.production_id
        raw = order.move_raw_ids & self.line_ids.move_id
        return (raw | order.move_finished_ids).filtered(lambda m: m.state == "done")

    def _completion(self):
        """This confirmation as the poster reads it."""
        required = {}
        for line in self.line_ids:
            product = line.product_id.with_company(self.company_id)
            required[product] = required.get(product, 0.0) + line.required_quantity
        return self.production_id._backflush_completion(
            self._moves(),
            self.error_ids,
            required,
            links={"confirmation_id": self.id},
        )

    def action_open_entry(self):
        """Show the journal entry."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }
