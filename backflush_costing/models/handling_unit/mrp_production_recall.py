from odoo import api, fields, models

from ...engine.window import Window, windows


class MrpProduction(models.Model):
    """Which lots were at the line while an order was made, booked or not."""

    _inherit = "mrp.production"

    backflush_line_lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots at the Line",
        compute="_compute_backflush_line_lot_ids",
        help="Every lot that was mounted at a work center while this order was made "
        "there, and every lot that was issued to it.",
    )

    backflush_beside_lot_ids = fields.Many2many(
        "stock.lot",
        string="At the Line, Not Booked",
        compute="_compute_backflush_line_lot_ids",
        help="Lots that were mounted while this order was made, and that the books "
        "issued nothing of to it.",
    )
    backflush_component_line_ids = fields.Many2many(
        "stock.move.line",
        string="What Is in It",
        compute="_compute_backflush_line_lot_ids",
        help="What was issued to this order, of which lot and handling unit, and how "
        "that is known.",
    )

    @api.depends("move_raw_ids.move_line_ids.lot_id", "workorder_ids.time_ids")
    def _compute_backflush_line_lot_ids(self):
        for order in self:
            mine = order.sudo()
            issued = mine.move_raw_ids.move_line_ids.filtered(
                lambda line: line.state == "done"
            )
            lots = mine.move_raw_ids.move_line_ids.lot_id
            for center, spans in mine._backflush_runs().items():
                lots |= center._backflush_lots_during(spans)
            order.backflush_line_lot_ids = lots.ids
            order.backflush_beside_lot_ids = (lots - issued.lot_id).ids
            order.backflush_component_line_ids = issued.ids

    def _backflush_runs(self):
        """``{work center: [Window]}`` in which this order was made there.

        Where nobody measured time, from the first report about the order to the last.
        """
        runs = {}
        for time in self.workorder_ids.time_ids:
            span = Window(time.date_start, time.date_end or None)
            runs.setdefault(time.workcenter_id, []).append(span)
        reports = self.backflush_confirmation_ids.filtered("workcenter_id")
        for center, same in reports.grouped("workcenter_id").items():
            moments = same.mapped("date_event")
            runs.setdefault(center, []).append(Window(min(moments), max(moments)))
        return runs


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _backflush_mounted_windows(self):
        """``{unit: [Window]}`` in which units were mounted here."""
        self.ensure_one()
        logs = self.env["backflush.handling.unit.log"].sudo()
        logs = logs.search(
            [
                ("workcenter_id", "=", self.id),
                ("kind", "in", ("mount", "unmount", "reversal")),
            ],
            order="date_event, id",
        )
        return windows(
            (log.date_event, log.package_id, log.kind != "unmount") for log in logs
        )

    def _backflush_lots_during(self, spans):
        """Lots in units that were mounted here at any moment of ``spans``."""
        units = self.env["stock.package"].union(
            *(
                unit
                for unit, mounted in self._backflush_mounted_windows().items()
                if any(one.meets(span) for one in mounted for span in spans)
            )
        )
        logs = units.sudo().backflush_log_ids
        return logs.filtered(lambda log: log.workcenter_id == self).lot_ids
