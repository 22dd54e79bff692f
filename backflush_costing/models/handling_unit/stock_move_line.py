from odoo import api, fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    backflush_link = fields.Selection(
        [
            ("scanned", "Scanned"),
            ("mounted", "Mounted"),
            ("derived", "Derived from the bill of materials"),
        ],
        "Known Because",
        compute="_compute_backflush_link",
        help="How it is known that the product contains this component. Scanned: "
        "somebody named the lot or unit. Mounted: it was used of the unit that was "
        "mounted. Derived: it was issued by the bill of materials from what was there.",
    )

    @api.depends(
        "move_id.backflush_unit_id",
        "move_id.flush_method",
        "lot_id",
        "backflush_is_named",
    )
    def _compute_backflush_link(self):
        for line in self:
            line.backflush_link = line._backflush_link()

    def _backflush_link(self):
        move = self.move_id
        if not move.raw_material_production_id:
            return False
        unit = move.backflush_unit_id
        if unit:
            report = move.sudo().backflush_confirmation_line_id.confirmation_id
            was_mounted = report.unit_log_ids.workcenter_id
            is_of_unit = self.package_id == unit
            return "mounted" if is_of_unit and was_mounted else "scanned"
        is_entered = move.flush_method == "manual" and self.lot_id
        return "scanned" if is_entered or self.backflush_is_named else "derived"

    def _backflush_fills(self):
        """Whether this put something into a unit that was not in it before.

        A count only finds it there, what was taken comes back, and the content of a
        unit moves with it.
        """
        return (
            self.result_package_id != self.package_id
            and self.location_id.usage != "inventory"
            and not self.move_id.origin_returned_move_id
        )
