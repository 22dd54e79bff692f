from collections import defaultdict
from dataclasses import dataclass, field

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ....engine.allocation import allocate
from ....engine.numbers import ZERO


@dataclass
class Report:
    """One component of a completion, in the component's unit of measure."""

    required: float
    reported: float
    #: Demand of the component line for what is reported.
    planned: float = 0.0
    #: ``{lot id, or False: quantity that could not be issued}``
    missing: dict = field(default_factory=dict)
    #: ``(quant id, quantity)`` that has to be found before it can be issued
    found: list = field(default_factory=list)
    #: What reports of consumption said before, and what is required beyond all that
    #: was reported.
    before: float = 0.0
    unreported: float = 0.0


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _backflush_filled(self):
        """Fill in what is planned where nobody entered what was used.

        Core is about to do the same for these orders; the quantities are the ones
        that it computes.

        :return: context manager around core's completion
        """
        quantities = {}
        for order in self:
            if (
                order.qty_producing
                or not order._backflush_profile()
                or not order._auto_production_checks()
            ):
                continue
            made = order.product_qty - 2 * order.qty_produced
            for move in order.move_raw_ids:
                left = max(made - move._backflush_covered(), 0.0)
                quantities[move] = move.product_uom.round(left * move.unit_factor)
        return self.env["stock.move"].concat(*quantities)._backflush_filled(quantities)

    def _backflush_report(self):
        """``{raw move: Report}`` of what these orders are about to consume."""
        return {
            move: Report(
                move._backflush_required_quantity(),
                move._backflush_report_quantity() if move.picked else 0.0,
            )
            for move in self.move_raw_ids
            if move.state not in ("done", "cancel") and move._backflush_is_documented()
        }

    def _backflush_split(self, reports):
        """Issue what is free, and set aside on the reports what is missing."""
        draws, quants = self._backflush_allocate(reports)
        self._backflush_refuse(reports)
        self._backflush_find(reports)
        for move, drawn in draws.items():
            move._backflush_set_draws(tuple(drawn.items()), quants)

    def _backflush_find(self, reports):
        """Hook: post the stock that the draws count on, and that the books lack."""

    def _backflush_allocate(self, reports):
        """Note what is missing on the reports, and say what the rest is drawn from.

        :return: ``{raw move: {quant id: quantity}}``, and the quants
        """
        guarded = self.filtered(lambda order: order._backflush_profile())
        moves = guarded.move_raw_ids.filtered(
            lambda m: m in reports and m.picked and m.product_id.is_storable
        )
        quants = moves._backflush_quants()
        free = moves._backflush_pools(quants)
        by_product = quants.grouped("product_id")
        needs = [
            need
            for move in moves
            for need in move._backflush_requirements(
                by_product.get(move.product_id, quants.browse())
            )
        ]
        # A lot that one report names is not picked for another.
        needs.sort(key=lambda need: not need.key[1])
        result = self._backflush_meet(needs, free, reports)
        draws = {move: defaultdict(lambda: ZERO) for move in moves}
        for (move_id, lot_id, _line_id), allocation in result.items():
            move = moves.browse(move_id)
            for quant_id, quantity in allocation.draws:
                draws[move][quant_id] += quantity
            if allocation.missing:
                lacking = reports[move].missing
                lacking[lot_id] = lacking.get(lot_id, 0.0) + float(allocation.missing)
        return draws, quants

    def _backflush_meet(self, needs, free, reports):
        """Hook: what each need is drawn from, and lacks.

        :param needs: the engine's requirements, keyed by move, lot and line
        :param free: ``{quant: what may be taken of it}``
        :return: ``{key: Allocation}`` over quant ids
        """
        return allocate(needs, {quant.id: number for quant, number in free.items()})

    def _backflush_confirm(self, reports):
        """Write the confirmations, and an error record for each missing part."""
        if not self:
            return
        confirmations = (
            self.env["backflush.confirmation"]
            .sudo()
            .create([order._backflush_confirmation_vals(reports) for order in self])
        )
        confirmations._link_moves(reports)
        confirmations._park(reports)
        confirmations._absorb()

    def _backflush_confirmation_vals(self, reports):
        """Values of this order's confirmation with its lines."""
        finished = self.move_finished_ids.filtered(
            lambda m: m.product_id == self.product_id and m.state == "done"
        )
        return {
            **self._backflush_report_vals(
                self._backflush_last_workorder().workcenter_id
            ),
            "quantity": sum(finished.mapped("quantity")),
            "line_ids": [
                Command.create(move._backflush_confirmation_line_vals(reports[move]))
                for move in self.move_raw_ids
                if move in reports
            ],
        }

    def _backflush_report_vals(self, workcenter):
        """Who reports what, where and when: the head of a confirmation.

        The time of the event is now, unless the caller says otherwise by
        ``backflush_event_time`` in the context (UTC).
        """
        self.ensure_one()
        now = fields.Datetime.now()
        event = self._backflush_event_time(now)
        shift, day = self.env["backflush.shift"]._of(self.company_id, event)
        return {
            "production_id": self.id,
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "uom_id": self.product_uom_id.id,
            "bom_id": self.bom_id.id,
            "user_id": self.env.uid,
            "workcenter_id": workcenter.id,
            "shift_id": shift.id,
            "date_event": event,
            "date_recorded": now,
            "date_accounting": day,
        }

    def _backflush_check_event(self):
        """Refuse a day that is closed, or still to come, before anything moves."""
        event = self._backflush_event_time(fields.Datetime.now())
        for order in self:
            company, policy = order.company_id, order._backflush_policy()
            if policy:
                day = self.env["backflush.shift"]._of(company, event)[1]
                company._backflush_check_period(day, policy._journal(), order.name)

    def _backflush_event_time(self, now):
        """When what is being reported happened; refuses the future."""
        event = self.env.context.get("backflush_event_time")
        event = fields.Datetime.to_datetime(event) if event else now
        if event > now:
            raise UserError(
                self.env._(
                    "%(order)s: the event time %(event)s UTC lies in the future (now: "
                    "%(now)s). Check the clock of the reporting program.",
                    order=", ".join(self.mapped("name")),
                    event=event,
                    now=now,
                )
            )
        return event

    def _backflush_post(self):
        """Post the entries of confirmations that have none, after all stock work."""
        waiting = (
            self.env["backflush.confirmation"]
            .sudo()
            .search(
                [
                    ("production_id", "in", self.ids),
                    ("trigger", "=", "completion"),
                    ("is_posted", "=", False),
                ]
            )
        )
        waiting._book_on_event_date()
        waiting._post()
        waiting.production_id._backflush_resolve_failures()
