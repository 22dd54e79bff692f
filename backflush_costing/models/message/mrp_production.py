from odoo import fields, models

#: What a machine plans by.
TOLD = ("product_qty", "date_start", "date_finished", "date_deadline", "priority")
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

    def action_start(self):
        before = self._backflush_fetched().filtered(lambda o: o.state == "confirmed")
        res = super().action_start()
        before.filtered(lambda o: o.state != "confirmed")._backflush_tell(
            "order_started"
        )
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
        told = [name for name in TOLD if name in vals]
        running = self.browse()
        if told:
            running = self._backflush_fetched().filtered(lambda o: o.state in RUNNING)
        before = {order: [order[name] for name in told] for order in running}
        res = super().write(vals)
        changed = running.filtered(
            lambda o: o.state in RUNNING and [o[name] for name in told] != before[o]
        )
        changed._backflush_tell("order_changed")
        return res

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


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def button_start(self, raise_on_invalid_state=False):
        """The first operation that starts, starts the order."""
        orders = self.production_id._backflush_fetched()
        orders = orders.filtered(lambda o: o.state == "confirmed")
        res = super().button_start(raise_on_invalid_state)
        orders.filtered(lambda o: o.state != "confirmed")._backflush_tell(
            "order_started"
        )
        return res
