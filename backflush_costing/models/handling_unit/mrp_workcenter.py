from odoo import api, fields, models
from odoo.tools import SQL


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
    backflush_mount_count = fields.Integer(
        readonly=True,
        copy=False,
        default=0,
        help="How often a handling unit was mounted; whoever mounts one takes turns.",
    )
    backflush_unit_count = fields.Integer(
        compute="_compute_backflush_unit_count",
        help="Number of handling units that are mounted now.",
    )

    @api.depends("backflush_unit_ids")
    def _compute_backflush_unit_count(self):
        for center in self:
            center.backflush_unit_count = len(center.backflush_unit_ids)

    def _backflush_take_turn(self):
        """Queue for the places of this work center, until the transaction ends.

        Of two that mount at once the second one waits; Odoo then calls it again, and
        it sees what the first has mounted.
        """
        self.ensure_one()
        self.env.execute_query(
            SQL(
                """UPDATE mrp_workcenter
                      SET backflush_mount_count = COALESCE(backflush_mount_count, 0) + 1
                    WHERE id = %s RETURNING id""",
                self.id,
            )
        )
        self.invalidate_recordset(["backflush_mount_count"])
