from odoo import api, fields, models


class BackflushHandlingUnitReport(models.TransientModel):
    """A small form around what can be reported about a handling unit."""

    _name = "backflush.handling.unit.report"
    _description = "Report on a Handling Unit"

    package_id = fields.Many2one(
        "stock.package",
        "Handling Unit",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
        help="Unit that is concerned.",
    )
    kind = fields.Selection(
        [
            ("mount", "Mount"),
            ("use", "Used"),
            ("empty", "Empty"),
            ("back", "Move back"),
        ],
        required=True,
        readonly=True,
        default="use",
        help="What is reported.",
    )
    left_quantity = fields.Float(
        related="package_id.backflush_quantity",
        string="Left in It",
        help="What the books hold in the unit.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        help="Unit of the quantity.",
    )
    event_time = fields.Datetime(
        "Happened On", help="When it happened, if that was not now."
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter", "Work Center", help="Where the unit is mounted."
    )
    position = fields.Char(help="Place at the work center, if it has several.")
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        domain="[('state', 'not in', ('draft', 'cancel'))]",
        help="Order that it was used for.",
    )
    quantity = fields.Float(digits="Product Unit", help="How much was used.")
    reason_id = fields.Many2one(
        "backflush.residue.reason",
        "Cause",
        help="Why the books still hold something in it. Empty: unknown.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "To",
        domain="[('usage', '=', 'internal')]",
        help="Where it goes to. Empty: back to where it came from.",
    )

    @api.depends("package_id")
    def _compute_uom_id(self):
        for report in self:
            report.uom_id = report.package_id.backflush_uom_id

    def action_report(self):
        """Do what was reported."""
        self.ensure_one()
        unit, moment = self.package_id, {"event_time": self.event_time or None}
        if self.kind == "mount":
            unit.mount(self.workcenter_id.id, self.position or None, **moment)
        elif self.kind == "use":
            unit.report_consumption(
                self.quantity, self.uom_id.id, self.production_id.id, **moment
            )
        elif self.kind == "empty":
            unit.report_empty(self.reason_id.code or None, **moment)
        else:
            unit.move_back(self.location_id.id or None, **moment)
        return {"type": "ir.actions.act_window_close"}
