from odoo import models


class MrpWorkorder(models.Model):
    """Another work centre takes components from another line side."""

    _inherit = "mrp.workorder"

    def write(self, vals):
        """By hand or by planning, which chooses among alternative work centres."""
        if "workcenter_id" not in vals:
            return super().write(vals)
        moved = self.filtered(lambda w: w.workcenter_id.id != vals["workcenter_id"])
        res = super().write(vals)
        moved._backflush_components()._backflush_resolve_anew()
        return res

    def _backflush_components(self):
        """Component lines of these operations."""
        raw = self.production_id.move_raw_ids
        return raw.filtered(
            lambda m: (
                m.workorder_id in self
                or (
                    m.operation_id
                    and not m.workorder_id
                    and m.operation_id in self.operation_id
                )
            )
        )
