from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...costing.mrp_bom_line import DAY, EVERY, UNDATED

# What an order notes about its lines; nobody enters it.
CHOICE = {"backflush_bom_date", "backflush_bom_choice"}


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
    backflush_bom_choice = fields.Json(
        "Lines Chosen From",
        readonly=True,
        copy=False,
        help="Lines of the bill of materials that were there (known) and valid "
        "(offered) when the order chose: what somebody deleted does not come back, "
        "and what the dates excluded does, whatever the dates have become.",
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
        self.sudo().backflush_bom_choice = False
        return super()._link_bom(bom)

    def _get_ready_to_produce_state(self):
        if not self._backflush_is_dated():
            return super()._get_ready_to_produce_state()
        order = self._backflush_on_lines_day()
        return super(MrpProduction, order)._get_ready_to_produce_state()

    def _get_backorder_mo_vals(self):
        """A backorder goes on with the lines of its order."""
        vals = super()._get_backorder_mo_vals()
        return {**vals, **{name: self[name] for name in CHOICE}}

    # -- choosing ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Note the day of the lines; a form chose them before the order was dated."""
        if not self.env.su:
            vals_list = [
                {name: v for name, v in vals.items() if name not in CHOICE}
                for vals in vals_list
            ]
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
        self.sudo().backflush_bom_date = today if from_form else planned
        self._backflush_choose_lines(planned)

    def write(self, vals):
        """A planned order that is moved to another day takes that day's lines."""
        if CHOICE & set(vals) and not self.env.su:
            raise AccessError(
                self.env._(
                    "The day by which an order chose its components follows from its "
                    "planned start and from what is reported."
                )
            )
        if "bom_id" in vals:
            vals = {**vals, "backflush_bom_choice": False}
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
        if not order.bom_id:
            return
        now = order._backflush_raw_values_on(day)
        if order.backflush_bom_date == day and order._backflush_has_chosen(now):
            return
        every = order._backflush_raw_values_on(EVERY)
        removed, added = order._backflush_line_changes(now, every)
        kept = removed.filtered(lambda m: not m._backflush_is_exchangeable())
        kept |= order._backflush_edited_lines(removed, every)
        if kept:
            order._backflush_tell_kept(day, kept)
            return
        order.backflush_bom_date = day
        order.backflush_bom_choice = {"known": list(every), "offered": list(now)}
        if removed or added:
            order._backflush_exchange(day, removed, added)

    def _backflush_has_chosen(self, now):
        """Whether the order chose from just these lines already."""
        choice = self.backflush_bom_choice
        return bool(choice) and set(choice["offered"]) == set(now)

    def _backflush_raw_values_on(self, day):
        """``{line id: values of its component lines}`` for the lines of ``day``."""
        result = defaultdict(list)
        for values in self.with_context(**{DAY: day})._get_moves_raw_values():
            result[values["bom_line_id"]].append(values)
        return result

    def _backflush_line_changes(self, now, every):
        """``(component lines to remove, values of those to add)``.

        Removed is what only the dates exclude; added is what only the dates had
        excluded, so that lines which somebody deleted do not come back.

        :param dict now: see :meth:`_backflush_raw_values_on`, for the day that counts
        :param dict every: the same, whatever the dates
        """
        removed = self.move_raw_ids.filtered(
            lambda m: (
                m.state != "cancel"
                and m.bom_line_id.id in every
                and m.bom_line_id.id not in now
            )
        )
        offered = self._backflush_offered(now)
        present = self.move_raw_ids.bom_line_id.ids
        added = [
            values
            for line_id, some in now.items()
            if line_id not in offered and line_id not in present
            for values in some
        ]
        return removed, added

    def _backflush_offered(self, now):
        """Ids of lines that the order chose from, and does not get again.

        Of lines that came later, those that would have been valid on its day.
        """
        choice = self.backflush_bom_choice or {"known": (), "offered": ()}
        later = set(now) - set(choice["known"])
        if not later:
            return set(choice["offered"])
        before = self._backflush_raw_values_on(self.backflush_bom_date or UNDATED)
        return set(choice["offered"]) | (later & set(before))

    def _backflush_edited_lines(self, moves, every):
        """Those of ``moves`` whose quantity is not what the bill of materials plans.

        :param dict every: see :meth:`_backflush_line_changes`
        """
        edited = moves.browse()
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
