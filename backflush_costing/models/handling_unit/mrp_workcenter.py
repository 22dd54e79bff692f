from odoo import api, fields, models


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    backflush_unit_capacity = fields.Integer(
        "Handling Units at Once",
        help="How many handling units can be mounted at the same time. Zero: no limit.",
    )
    backflush_unit_ids = fields.One2many(
        "stock.package",
        "backflush_workcenter_id",
        "Mounted",
        readonly=True,
        help="Handling units that are mounted now.",
    )
    backflush_unit_count = fields.Integer(
        compute="_compute_backflush_unit_count",
        help="Number of handling units that are mounted now.",
    )

    @api.depends("backflush_unit_ids")
    def _compute_backflush_unit_count(self):
        for center in self:
            center.backflush_unit_count = len(center.backflush_unit_ids)
