from odoo import fields, models


class BackflushQuestionLine(models.TransientModel):
    """One component that is missing, or one report beyond a tolerance."""

    _name = "backflush.question.line"
    _description = "Line of a Question Before Completion"

    question_id = fields.Many2one(
        "backflush.question",
        required=True,
        ondelete="cascade",
        help="Question that the line belongs to.",
    )
    kind = fields.Selection(
        [("shortage", "Missing"), ("deviation", "Beyond the tolerance")],
        required=True,
        help="What is wrong.",
    )
    production_id = fields.Many2one(
        "mrp.production", "Order", readonly=True, help="Order that needs it."
    )
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        help="Component, or what was produced.",
    )
    uom_id = fields.Many2one(
        "uom.uom", "Unit", readonly=True, help="Unit of the quantities."
    )
    location_id = fields.Many2one(
        "stock.location", "From", readonly=True, help="Where it is to be taken from."
    )
    required_quantity = fields.Float(
        "Needed", digits="Product Unit", readonly=True, help="What is required or used."
    )
    reported_quantity = fields.Float(
        "Reported", digits="Product Unit", readonly=True, help="What was reported."
    )
    free_quantity = fields.Float(
        "Free There",
        digits="Product Unit",
        readonly=True,
        help="What of it this order can take at the location.",
    )
    missing_quantity = fields.Float(
        "Missing",
        digits="Product Unit",
        readonly=True,
        help="What would be kept as an error record.",
    )
    lacks_lot = fields.Boolean(
        "No Lot Reported",
        readonly=True,
        help="Tracked by lot or serial number, and the report names none.",
    )
    deviation_percent = fields.Float(
        "Deviation",
        readonly=True,
        help="Reported less required, in per cent of what is required.",
    )
    allowed_percent = fields.Float(
        "Allowed", readonly=True, help="Tolerance in per cent of what is required."
    )
    is_unplanned = fields.Boolean(
        "Not Required",
        readonly=True,
        help="The bill of materials does not ask for it: no percentage.",
    )
