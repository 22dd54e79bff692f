from collections import defaultdict

from odoo import api, fields, models

from ...costing.mrp_bom_line import DAY, EVERY, UNDATED


class MrpProduction(models.Model):
    """An order takes the lines of its bill of materials that are valid on its day.

    That is the planned start while it is planned and the event day when it is
    completed; the order keeps the day by which its lines were chosen. Where no bill
    of materials has dates nothing here does anything.
    """

    _inherit = "mrp.production"

    backflush_bom_date = fields.Date(
        "Lines Valid On",
        readonly=True,
        copy=False,
        help="Day by which the lines of the bill of materials were chosen.",
    )

    def _backflush_planned_day(self):
        """The plant's day of the planned start."""
        moment = self.date_start or fields.Datetime.now()
        return self.company_id._backflush_day(moment)

    def _backflush_on_lines_day(self):
        """These orders, asking bills of materials for the lines of their day."""
        if DAY in self.env.context:
            return self
        day = self.backflush_bom_date or self._backflush_planned_day()
        return self.with_context(**{DAY: day})

    def _backflush_is_dated(self):
        return self.env["mrp.bom.line"]._backflush_any_dated()

    # -- what core asks the bill of materials for ----------------------------------

    def _get_moves_raw_values(self):
        if not self._backflush_is_dated():
            return super()._get_moves_raw_values()
        return [
            values
            for order in self
            for values in super(
                MrpProduction, order._backflush_on_lines_day()
            )._get_moves_raw_values()
        ]

    def _compute_move_raw_ids(self):
        if not self._backflush_is_dated():
            return super()._compute_move_raw_ids()
        for order in self:
            order = order._backflush_on_lines_day()
            super(MrpProduction, order)._compute_move_raw_ids()
        return None

    def _compute_workorder_ids(self):
        if not self._backflush_is_dated():
            return super()._compute_workorder_ids()
        for order in self:
            order = order._backflush_on_lines_day()
            super(MrpProduction, order)._compute_workorder_ids()
        return None

    def _link_bom(self, bom):
        if self._backflush_is_dated():
            bom = bom.with_context(**self._backflush_on_lines_day().env.context)
        return super()._link_bom(bom)

    def _get_ready_to_produce_state(self):
        if not self._backflush_is_dated():
            return super()._get_ready_to_produce_state()
        order = self._backflush_on_lines_day()
        return super(MrpProduction, order)._get_ready_to_produce_state()

    def _get_backorder_mo_vals(self):
        """A backorder goes on with the lines of its order."""
        vals = super()._get_backorder_mo_vals()
        return {**vals, "backflush_bom_date": self.backflush_bom_date}

    # -- choosing ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Note the day of the lines; a form chose them before the order was dated."""
        orders = super().create(vals_list)
        if self._backflush_is_dated():
            for order, vals in zip(orders, vals_list, strict=True):
                if not vals.get("backflush_bom_date") and order.bom_id:
                    order._backflush_choose_first(bool(vals.get("move_raw_ids")))
        return orders

    def _backflush_choose_first(self, from_form):
        """The first choice: by the planned start."""
        planned = self._backflush_planned_day()
        today = self.company_id._backflush_today()
        self.backflush_bom_date = today if from_form else planned
        self._backflush_choose_lines(planned)

    def write(self, vals):
        """A planned order that is moved to another day takes that day's lines."""
        res = super().write(vals)
        if "date_start" in vals and self._backflush_is_dated():
            for order in self.filtered(lambda o: o.state == "draft"):
                order._backflush_choose_lines(order._backflush_planned_day())
        return res

    def action_confirm(self):
        if self._backflush_is_dated():
            for order in self.filtered(lambda o: o.state == "draft"):
                order._backflush_choose_lines(order._backflush_planned_day())
        return super().action_confirm()

    def button_mark_done(self):
        """What is completed used the components that were valid then."""
        self._backflush_choose_event_lines()
        return super().button_mark_done()

    def action_start(self):
        self._backflush_choose_event_lines()
        return super().action_start()

    def _backflush_choose_event_lines(self):
        """Choose by the day of what is being reported, before anything is issued."""
        if not self or not self._backflush_is_dated():
            return
        self.check_access("write")
        for order in self.filtered(
            lambda o: o.state in ("confirmed", "progress", "to_close")
        ):
            order._backflush_choose_lines(order._backflush_event_day())

    def _backflush_choose_lines(self, day):
        """Exchange component lines that are not valid on ``day`` for those that are.

        All or none: where a line that is not valid any more was edited, reserved by
        a transfer or issued in part, the order keeps what it has and says so.

        :param day: the plant's day that counts
        """
        self.ensure_one()
        order = self.sudo()
        if not order.bom_id or order.backflush_bom_date == day:
            return
        removed, added = order._backflush_line_changes(day)
        kept = removed.filtered(lambda m: not m._backflush_is_exchangeable())
        kept |= order._backflush_edited_lines(removed)
        if kept:
            order._backflush_tell_kept(day, kept)
            return
        order.backflush_bom_date = day
        if removed or added:
            order._backflush_exchange(day, removed, added)

    def _backflush_raw_values_on(self, day):
        """``{line id: values of its component lines}`` for the lines of ``day``."""
        result = defaultdict(list)
        for values in self.with_context(**{DAY: day})._get_moves_raw_values():
            result[values["bom_line_id"]].append(values)
        return result

    def _backflush_line_changes(self, day):
        """``(component lines to remove, values of those to add)`` for ``day``.

        Removed is what only the dates exclude; added is what only the dates had
        excluded, so that lines which somebody deleted do not come back.
        """
        now = self._backflush_raw_values_on(day)
        every = self._backflush_raw_values_on(EVERY)
        before = self._backflush_raw_values_on(self.backflush_bom_date or UNDATED)
        removed = self.move_raw_ids.filtered(
            lambda m: (
                m.state != "cancel"
                and m.bom_line_id.id in every
                and m.bom_line_id.id not in now
            )
        )
        present = self.move_raw_ids.bom_line_id.ids
        added = [
            values
            for line_id, some in now.items()
            if line_id not in before and line_id not in present
            for values in some
        ]
        return removed, added

    def _backflush_edited_lines(self, moves):
        """Those of ``moves`` whose quantity is not what the bill of materials plans."""
        edited = moves.browse()
        every = self._backflush_raw_values_on(EVERY)
        for line, some in moves.grouped("bom_line_id").items():
            planned = sum(values["product_uom_qty"] for values in every[line.id])
            unit = line.product_uom_id
            demand = sum(
                move.product_uom._compute_quantity(
                    move.product_uom_qty, unit, round=False
                )
                for move in some
            )
            if unit.compare(planned, demand) != 0:
                edited |= some
        return edited

    def _backflush_exchange(self, day, removed, added):
        """Take the old component lines off, put the new ones on, and say so."""
        old = removed.mapped("product_id.display_name")
        reserved = any(move.state != "draft" and move.quantity for move in removed)
        for values in added:
            operation_id = values["operation_id"]
            values["workorder_id"] = self.workorder_ids.filtered(
                lambda w, o=operation_id: o and w.operation_id.id == o
            )[:1].id
        new = self.env["stock.move"].create(added)
        if self.state == "draft":
            removed.unlink()
        else:
            removed.product_uom_qty = 0
            removed._action_cancel()
            removed.unlink()
            new._backflush_join_order(self, reserved)
        self._backflush_tell_exchanged(day, old, new)

    def _backflush_tell_exchanged(self, day, old, new):
        """Note in the order's log what the new day changed."""
        nothing = self.env._("nothing")
        self.message_post(
            body=self.env._(
                "Lines of the bill of materials valid on %(day)s: %(new)s instead of "
                "%(old)s.",
                day=day,
                new=", ".join(
                    f"{move.product_id.display_name} "
                    f"({move.bom_line_id._backflush_validity()})"
                    for move in new
                )
                or nothing,
                old=", ".join(old) or nothing,
            )
        )

    def _backflush_tell_kept(self, day, kept):
        """Note in the order's log why it keeps what is not valid any more."""
        self.message_post(
            body=self.env._(
                "Not valid on %(day)s, but edited, supplied by a transfer or issued "
                "already: %(kept)s. The order keeps its components.",
                day=day,
                kept=", ".join(kept.mapped("product_id.display_name")),
            )
        )

    # -- pinned --------------------------------------------------------------------

    def _backflush_report_vals(self, workcenter):
        vals = super()._backflush_report_vals(workcenter)
        return {**vals, "bom_date": self.backflush_bom_date}
