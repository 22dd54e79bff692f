from contextlib import contextmanager

from odoo import fields, models

#: What a machine plans by.
TOLD = (
    *("product_qty", "date_start", "date_finished", "date_deadline", "priority"),
    "move_raw_ids",
)
RUNNING = ("confirmed", "progress", "to_close")
ENDED = ("done", "cancel")


class MrpProduction(models.Model):
    """Orders tell machines what becomes of them, where one fetches it."""

    _inherit = "mrp.production"

    def action_confirm(self):
        drafts = self._backflush_fetched().filtered(lambda o: o.state == "draft")
        res = super().action_confirm()
        drafts.filtered(lambda o: o.state in RUNNING)._backflush_tell("order_released")
        return res

    def _compute_state(self):
        """A quantity, an operation or a component that was used starts an order."""
        waiting = self.filtered("id")._backflush_not_started()
        res = super()._compute_state()
        waiting._backflush_tell_started()
        return res

    def button_mark_done(self):
        before = self._backflush_fetched().filtered(lambda o: o.state not in ENDED)
        res = super().button_mark_done()
        before.filtered(lambda o: o.state == "done")._backflush_tell("order_completed")
        return res

    def _action_cancel(self):
        before = self._backflush_fetched().filtered(lambda o: o.state not in ENDED)
        res = super()._action_cancel()
        before.filtered(lambda o: o.state == "cancel")._backflush_tell(
            "order_cancelled"
        )
        return res

    def write(self, vals):
        waiting = self.browse()
        if "state" in vals:
            waiting = self._backflush_not_started()
        told = self.browse()
        if any(name in vals for name in TOLD):
            told = self
        with told._backflush_telling_changes():
            res = super().write(vals)
        waiting._backflush_tell_started()
        return res

    def _update_raw_moves(self, factor):
        with self._backflush_telling_changes():
            return super()._update_raw_moves(factor)

    @contextmanager
    def _backflush_telling_changes(self):
        """Tell of those of these orders whose plan is another one afterwards."""
        running = self._backflush_fetched().filtered(lambda o: o.state in RUNNING)
        before = {order: order._backflush_plan() for order in running}
        yield
        running.filtered(
            lambda o: o.state in RUNNING and o._backflush_plan() != before[o]
        )._backflush_tell("order_changed")

    def _backflush_plan(self):
        """What a machine plans by, to be compared."""
        values = [self[name] for name in TOLD if name != "move_raw_ids"]
        return values, self._backflush_told_components()

    def _backflush_not_started(self):
        return self._backflush_fetched().filtered(lambda o: o.state == "confirmed")

    def _backflush_tell_started(self):
        """Tell of those of these orders, none of which had started, that have."""
        # On its way to cancelled an order looks as if all its operations were over.
        started = self.filtered(
            lambda o: (
                o.state == "progress"
                or o.state in ("to_close", "done")
                and (o.qty_producing or "done" in o.workorder_ids.mapped("state"))
            )
        )
        started._backflush_tell("order_started")

    def _backflush_fetched(self):
        """Those of these orders that a machine wants to know of."""
        outbound = self.env["backflush.message.outbound"]
        return self.filtered(lambda o: outbound._is_fetched(o.company_id.id))

    def _backflush_tell(self, kind):
        """Write what happened to these orders for whoever fetches it."""
        outbound = self.env["backflush.message.outbound"].sudo()
        for company, orders in self.grouped("company_id").items():
            payloads = [order.sudo()._backflush_told() for order in orders]
            if kind == "order_completed":
                for order, payload in zip(orders, payloads, strict=True):
                    payload["handling_units"] = order.sudo()._backflush_told_units()
            outbound._tell(kind, company, payloads)

    def _backflush_told(self):
        """What a machine has to know of an order."""
        self.ensure_one()

        def moment(value):
            return f"{fields.Datetime.to_datetime(value).isoformat()}Z" if value else ""

        return {
            "order": self.production_group_id.name or self.name,
            "order_part": self.name,
            "state": self.state,
            "product": self.product_id.default_code or self.product_id.barcode or "",
            "quantity": self.product_qty,
            "quantity_produced": self.qty_produced,
            "uom": self.product_uom_id.with_context(lang="en_US").name,
            "plant": self.picking_type_id.warehouse_id.code or "",
            "start": moment(self.date_start),
            "end": moment(self.date_finished),
            "deadline": moment(self.date_deadline),
            "operations": [
                {
                    "operation": work.name,
                    "workcenter": work.workcenter_id.code or work.workcenter_id.name,
                    "minutes": work.duration_expected,
                }
                for work in self.workorder_ids.sorted(lambda w: (w.sequence, w.id))
                if work.state != "cancel"
            ],
            "components": self._backflush_told_components(),
        }

    def _backflush_told_units(self):
        """What was put into handling units, in the product's unit of measure."""
        lines = self._backflush_product_lines().filtered("result_package_id")
        return [
            {
                "hu": unit.name,
                "quantity": sum(own.mapped("quantity_product_uom")),
                "lots": sorted(own.lot_id.mapped("name")),
            }
            for unit, own in lines.grouped("result_package_id").items()
        ]

    def _backflush_told_components(self):
        """What is planned to be used, in the order of its lines."""
        moves = self.move_raw_ids.filtered(
            lambda m: m.state not in ENDED and m.product_uom_qty
        )
        return [
            {
                "product": move.product_id.default_code
                or move.product_id.barcode
                or "",
                "quantity": move.product_uom_qty,
                "uom": move.product_uom.with_context(lang="en_US").name,
            }
            for move in moves.sorted(lambda m: (m.sequence, m.id))
        ]


class StockMove(models.Model):
    _inherit = "stock.move"

    def action_backflush_take_back(self):
        """The component is planned again instead of its substitute."""
        with self.raw_material_production_id._backflush_telling_changes():
            return super().action_backflush_take_back()
