from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.flush.deviation.backflush_deviation import PRODUCT_SCRAP


class BackflushProductScrap(models.TransientModel):
    """Report scrapped pieces: how many, where, why."""

    _name = "backflush.product.scrap"
    _description = "Scrap Pieces"

    production_id = fields.Many2one(
        "mrp.production", required=True, readonly=True, help="Order that is concerned."
    )
    company_id = fields.Many2one(
        related="production_id.company_id", help="Company of the order."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the value."
    )
    product_id = fields.Many2one(
        related="production_id.product_id", help="What is being made."
    )
    uom_id = fields.Many2one(
        related="production_id.product_uom_id",
        string="Unit",
        help="Unit of the quantity: the order's own.",
    )
    ordered_quantity = fields.Float(
        related="production_id.product_qty",
        string="Ordered",
        help="Quantity that the order asks for.",
    )
    scrapped_quantity = fields.Float(
        related="production_id.backflush_scrapped_quantity",
        string="Scrapped So Far",
        help="Pieces of this order that were reported as scrapped before.",
    )
    quantity = fields.Float(
        digits="Product Unit", default=1.0, help="How many pieces are lost."
    )
    point_ids = fields.Many2many(
        "mrp.workorder",
        compute="_compute_point_ids",
        help="Operations of the order.",
    )
    workorder_id = fields.Many2one(
        "mrp.workorder",
        "Reporting Point",
        domain="[('id', 'in', point_ids)]",
        help="Operation at which the pieces were lost. Empty: at the end of the order.",
    )
    reason_id = fields.Many2one(
        "backflush.deviation.reason",
        domain=f"[('kind', 'in', (False, '{PRODUCT_SCRAP}')),"
        " ('company_id', 'in', (False, company_id))]",
        help="Why; the list is kept under Configuration.",
    )
    note = fields.Char(help="What else there is to say.")
    value = fields.Monetary(
        compute="_compute_value",
        help="What the pieces cost so far: their components and, under a costing "
        "policy, the conversion up to the reporting point.",
    )
    needs_approval = fields.Boolean(
        compute="_compute_value",
        help="Whether a supervisor has to approve it before it takes effect.",
    )
    consumed_text = fields.Text(
        "Consumed",
        compute="_compute_consumed_text",
        help="Components that the pieces have consumed up to the reporting point.",
    )

    @api.depends("production_id")
    def _compute_point_ids(self):
        for wizard in self:
            wizard.point_ids = wizard.production_id.workorder_ids.filtered(
                lambda w: w.state != "cancel"
            )

    @api.depends("production_id", "workorder_id", "quantity")
    def _compute_value(self):
        for wizard in self:
            document = self.env["backflush.deviation"].new(wizard._deviation_vals())
            wizard.value = document._pieces_value()
            wizard.needs_approval = document._needs_approval()

    @api.depends("production_id", "workorder_id", "quantity")
    def _compute_consumed_text(self):
        for wizard in self:
            moves = wizard.production_id._backflush_scrap_components(
                wizard.workorder_id
            )
            wizard.consumed_text = "\n".join(
                wizard._consumed_sentence(move) for move in moves
            ) or self.env._("No component: the pieces have consumed none so far.")

    def _consumed_sentence(self, move):
        """One component, with its quantity and unit."""
        return self.env._(
            "%(quantity)s %(unit)s of %(product)s",
            quantity=move._backflush_planned_for(self.quantity),
            unit=move.product_uom.name,
            product=move.product_id.display_name,
        )

    def _deviation_vals(self):
        """Values of the document."""
        return {
            "company_id": self.company_id.id,
            "kind": PRODUCT_SCRAP,
            "production_id": self.production_id.id,
            "product_id": self.product_id.id,
            "workorder_id": self.workorder_id.id,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
            "reason_id": self.reason_id.id,
            "note": self.note,
        }

    def action_record(self):
        """Report the pieces; say so where they wait for a supervisor."""
        self.ensure_one()
        # Before anything is written: who has to wait starts over in place.
        self.production_id._backflush_acquire()
        return self.env["backflush.question"]._around(
            self, "action_record", self._record
        )

    def _record(self):
        """:meth:`action_record`, within the question about missing components."""
        if self.quantity <= 0:
            raise UserError(self.env._("Enter how many pieces were scrapped."))
        if not self.reason_id:
            raise UserError(self.env._("Choose a reason."))
        document = self.env["backflush.deviation"].create(self._deviation_vals())
        if document.action_record():
            return {"type": "ir.actions.act_window_close"}
        return document._waiting_notification()
