from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.window import Window, merged


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

    def _backflush_lots_during(self, spans):
        """Lots that were in units mounted here at any moment of ``spans``."""
        logs = self.env["backflush.handling.unit.log"].sudo()
        logs = logs.search([("workcenter_id", "=", self.id), ("kind", "=", "mount")])
        lots = self.env["stock.lot"]
        for unit in logs.package_id:
            for mounted in unit._backflush_stays().get(self, ()):
                if any(mounted.meets(span) for span in spans):
                    lots |= unit._backflush_lots_while(mounted, spans)
        return lots

    def _backflush_orders_during(self, spans):
        """Orders that were made here at any moment of ``spans``, as ``_backflush_runs``
        of an order says it, whatever else was made here at other times.
        """
        spans = merged(spans)
        times = self.env["mrp.workcenter.productivity"].sudo()
        times = times.search(
            Domain("workcenter_id", "=", self.id)
            & Domain("workorder_id", "!=", False)
            & Domain.OR(_overlap(span, "date_start", "date_end") for span in spans)
        )
        groups = self.env["backflush.confirmation"].sudo()
        groups = groups._read_group(
            [("workcenter_id", "=", self.id)],
            ["production_id"],
            having=list(
                Domain.OR(
                    _overlap(span, "date_event:min", "date_event:max") for span in spans
                )
            ),
        )
        orders = times.workorder_id.production_id.union(*(order for (order,) in groups))
        return orders.filtered(lambda order: order.state != "cancel")


def _overlap(span, start, end):
    """Domain of what has a moment in common with ``span``; no end: it goes on.

    :param str start: field of when it began
    :param str end: field of when it ended
    """
    ended = Domain(end, ">=", span.start)
    if ":" not in end:
        ended |= Domain(end, "=", False)
    return ended & (Domain(start, "<=", span.end) if span.end else Domain.TRUE)
