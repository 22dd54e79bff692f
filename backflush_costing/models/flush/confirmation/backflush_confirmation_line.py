from odoo import api, fields, models

from ..resolution.flush_resolution import flush_method_field


class BackflushConfirmationLine(models.Model):
    """One component of a confirmation: nothing that was required is ever lost.

    Required + recorded deviation = issued + open in the error queue + written
    off. Required and deviation are stored, the right side is read from the stock
    movements and the error records: the equation can fail, and is a proof.
    """

    _name = "backflush.confirmation.line"
    _description = "Backflush Confirmation Line"
    _order = "confirmation_id, id"
    _rec_name = "product_id"

    confirmation_id = fields.Many2one(
        "backflush.confirmation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Confirmation that the line belongs to.",
    )
    company_id = fields.Many2one(
        related="confirmation_id.company_id",
        store=True,
        index=True,
        help="Company of the confirmation.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    product_id = fields.Many2one(
        "product.product",
        "Component",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="What was consumed.",
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id",
        string="Unit",
        help="Unit of the quantities: the component's own.",
    )
    bom_line_id = fields.Many2one(
        "mrp.bom.line",
        readonly=True,
        ondelete="set null",
        help="Line of the bill of materials that asks for the component.",
    )
    move_id = fields.Many2one(
        "stock.move",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Component line of the order.",
    )
    move_ids = fields.One2many(
        "stock.move",
        "backflush_confirmation_line_id",
        "Issues",
        readonly=True,
        help="Issues, later work-off and returns of this component.",
    )
    error_ids = fields.One2many(
        "backflush.error",
        "confirmation_line_id",
        "Error Records",
        readonly=True,
        help="What could not be issued.",
    )
    location_id = fields.Many2one(
        "stock.location",
        readonly=True,
        ondelete="restrict",
        help="Where the component was to be taken from.",
    )
    flush_method = flush_method_field(readonly=True, help="How it was issued.")
    flush_rule = fields.Char(
        readonly=True, help="Code of the rules that decided method and location."
    )
    explanation = fields.Char(
        "Why",
        readonly=True,
        help="How and from where it was issued, and which rule said so.",
    )
    required_quantity = fields.Float(
        "Required",
        digits="Product Unit",
        readonly=True,
        help="What the bill of materials asks for.",
    )
    planned_quantity = fields.Float(
        "Planned",
        digits="Product Unit",
        readonly=True,
        help="Demand of the component line that an operation issued, substitutions "
        "considered.",
    )
    deviation_quantity = fields.Float(
        "Deviation",
        digits="Product Unit",
        readonly=True,
        help="Reported beyond (+) or below (-) what is required, and later "
        "corrections and reversals.",
    )
    issued_quantity = fields.Float(
        "Issued",
        digits="Product Unit",
        compute="_compute_quantities",
        help="What left stock for this component, returns deducted.",
    )
    open_quantity = fields.Float(
        "Open",
        digits="Product Unit",
        compute="_compute_quantities",
        help="What waits in the error queue.",
    )
    written_off_quantity = fields.Float(
        "Written Off",
        digits="Product Unit",
        compute="_compute_quantities",
        help="What was given up with a reason.",
    )
    difference_quantity = fields.Float(
        "Unaccounted",
        digits="Product Unit",
        compute="_compute_quantities",
        help="Required + deviation - issued - open - written off. Must be zero.",
    )

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "required_quantity",
        "deviation_quantity",
        "error_ids.quantity_open",
        "error_ids.quantity_written_off",
    )
    def _compute_quantities(self):
        for line in self:
            issued = -sum(m._backflush_moved_quantity() for m in line.move_ids)
            waiting = sum(line.error_ids.mapped("quantity_open"))
            given_up = sum(line.error_ids.mapped("quantity_written_off"))
            line.issued_quantity = issued
            line.open_quantity = waiting
            line.written_off_quantity = given_up
            line.difference_quantity = line.uom_id.round(
                line.required_quantity
                + line.deviation_quantity
                - issued
                - waiting
                - given_up
            )

    def _costed_product(self):
        """The component as the company of the confirmation costs it."""
        return self.product_id.with_company(self.company_id)

    def _costed(self):
        """Lines of components that stock and ledger hold."""
        return self.filtered("product_id.is_storable")

    def _early_moves(self):
        """Done issues and returns of these lines; what an unbuild returned apart."""
        return self.move_ids.filtered(lambda m: m.state == "done" and not m.unbuild_id)

    def _is_of(self, move):
        """Whether this line is about the same component of the order as ``move``."""
        self.ensure_one()
        if self.product_id != move.product_id:
            return False
        if self.bom_line_id or move.bom_line_id:
            # The line of a kit that two operations use is the same for both.
            issue = self.move_id
            is_there = not issue or issue.operation_id == move.operation_id
            return self.bom_line_id == move.bom_line_id and is_there
        operation = self.confirmation_id.workorder_id.operation_id
        return not move.operation_id or move.operation_id == operation

    def _error_vals(self, missing, lot_id):
        """Values of the error record for the missing part of this component."""
        self.ensure_one()
        confirmation = self.confirmation_id
        return {
            "company_id": self.company_id.id,
            "cause": self._error_cause(lot_id),
            "event_date": confirmation.date_event,
            "product_id": self.product_id.id,
            "location_id": self.location_id.id,
            "lot_id": lot_id or False,
            "quantity": missing,
            "production_id": confirmation.production_id.id,
            "confirmation_line_id": self.id,
        }
