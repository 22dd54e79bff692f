from odoo import Command, api, fields, models

from ....engine.numbers import ZERO, exact
from ....engine.scrap import performed
from ..deviation.backflush_deviation import PRODUCT_SCRAP


class MrpProduction(models.Model):
    """Pieces of the product that are lost on the way, and what they had consumed."""

    _inherit = "mrp.production"

    backflush_scrapped_quantity = fields.Float(
        "Scrapped",
        digits="Product Unit",
        compute="_compute_backflush_scrapped_quantity",
        help="Pieces that were reported as scrapped, in the order's unit; they are no "
        "part of the produced quantity.",
    )

    @api.depends(
        "backflush_confirmation_ids.quantity",
        "backflush_confirmation_ids.reversed_quantity",
    )
    def _compute_backflush_scrapped_quantity(self):
        for order in self:
            # Whoever reads the order reads it: a number, no documents.
            reports = order.sudo()._backflush_scrap_reports()
            order.backflush_scrapped_quantity = sum(
                report._standing() for report in reports
            )

    def _backflush_scrap_reports(self):
        """Confirmations of scrapped pieces."""
        return self.backflush_confirmation_ids.filtered(lambda c: c._is_scrap())

    # -- what a piece has been through --------------------------------------------

    def _backflush_passed(self, workorder):
        """Operations that a piece has been through when it is lost at one of them.

        In order of their sequence; where the bill of materials says which operation
        blocks which, those that had to come before.

        :param workorder: where it was lost, this one included; empty: at the end
        """
        if not workorder:
            return self.workorder_ids
        if not self.allow_workorder_dependencies:
            last = (workorder.sequence, workorder.id)
            return self.workorder_ids.filtered(lambda w: (w.sequence, w.id) <= last)
        passed = found = workorder
        while found:
            found = found.blocked_by_workorder_ids - passed
            passed |= found
        return passed

    def _backflush_scrap_components(self, workorder):
        """Planned components that a piece lost at ``workorder`` has consumed.

        Empty: at the end of the order, where it has consumed them all.
        """
        planned = self.move_raw_ids.filtered(lambda m: m._backflush_is_planned_by_bom())
        if not workorder:
            return planned
        passed = self._backflush_passed(workorder)
        return planned.filtered(lambda m: m._backflush_is_consumed_by(passed))

    def _backflush_performed(self, workorder):
        """Fraction of this level's standard conversion that such a piece has seen.

        Operations count with their time at the work centre's rate, as the roll-up
        counts them. Operations that the roll-up does not know (of kits, or added to
        the order) have no part in it.
        """
        self.ensure_one()
        if not workorder:
            return exact(1)
        # Operators need no rights on routings.
        order = self.sudo()
        costs = {
            operation: exact(operation.cost)
            for operation in order.bom_id.operation_ids
            if not operation._skip_operation_line(order.product_id)
        }
        for own in order.workorder_ids:
            if own.operation_id not in costs:
                costs[own] = ZERO
        passed = order._backflush_passed(workorder)
        return performed(costs, {*passed, *passed.operation_id})

    def _backflush_scrapped_of(self, component):
        """Scrapped pieces of this order that contained a planned component."""
        return sum(
            report._standing()
            for report in self.sudo()._backflush_scrap_reports()
            if component
            in self._backflush_scrap_components(report.workorder_id.with_env(self.env))
        )

    # -- reporting --------------------------------------------------------------------

    def _backflush_scrap(self, deviation, quantity):
        """Issue what scrapped pieces have consumed, and post the loss.

        What an operation issued for them before is taken over; the order then asks
        for it again, for as much as is still to be made.

        :param deviation: the approved document
        :param quantity: scrapped, in the order's unit
        :return: the confirmation
        """
        self.ensure_one()
        self.check_access("write")
        self._backflush_check_pairs()
        self._backflush_check_units()
        self._backflush_check_event()
        components = self._backflush_scrap_components(deviation.workorder_id)
        shares = self.sudo().backflush_share_ids._open()
        left, taken = shares._covering(components, quantity)
        asked = {
            move: move._backflush_asked_quantity(float(pieces))
            for move, pieces in left.items()
        }
        issues = components._backflush_issue_for_scrap(left, deviation)
        with components._backflush_lent():
            reports = self._backflush_move_early(issues, asked)
        confirmation = self._backflush_confirm_scrap(deviation, quantity, reports)
        for part, pieces in taken:
            part._scrap(pieces, confirmation)
        confirmation._book_on_event_date()
        confirmation._post()
        return confirmation

    def _backflush_confirm_scrap(self, deviation, quantity, reports):
        """Write the confirmation of scrapped pieces, and an error per missing part."""
        moves = self.env["stock.move"].concat(*reports)
        confirmation = (
            self.env["backflush.confirmation"]
            .sudo()
            .create(self._backflush_scrap_vals(deviation, quantity, moves, reports))
        )
        confirmation._link_moves(reports)
        confirmation._park(reports)
        self._backflush_document(reports)
        return confirmation

    def _backflush_scrap_vals(self, deviation, quantity, moves, reports):
        """Values of the confirmation; who saw it reports it, whoever approved it."""
        workorder = deviation.workorder_id
        place = workorder or self._backflush_last_workorder()
        return {
            **self._backflush_report_vals(place.workcenter_id),
            **self._backflush_confirmed_vals(moves.product_id),
            "trigger": "scrap",
            "user_id": deviation.requested_by_id.id,
            "deviation_id": deviation.id,
            "workorder_id": workorder.id,
            "quantity": quantity,
            "line_ids": [
                Command.create(move._backflush_confirmation_line_vals(reports[move]))
                for move in moves
            ],
        }

    # -- what the rest of the order has to know ----------------------------------------

    def _backflush_report(self):
        """Pieces that wait for a supervisor may be scrap or product: decide first."""
        for order in self:
            waiting = order._backflush_pending()
            waiting.filtered(lambda d: d.kind == PRODUCT_SCRAP)._check_all_approved()
        return super()._backflush_report()

    def _backflush_report_part(self, report):
        """Nothing of what scrapped pieces consumed went into the product."""
        if report._is_scrap():
            return ZERO
        return super()._backflush_report_part(report)

    def _backflush_issue_part(self, issue):
        report = issue.sudo().backflush_confirmation_line_id.confirmation_id
        return 0.0 if report._is_scrap() else super()._backflush_issue_part(issue)

    def _backflush_documented_shortfall(self):
        """Pieces that were scrapped are missing from the quantity for a known reason.

        Over the order and its backorders, less what is missing from those that are
        done.
        """
        known = super()._backflush_documented_shortfall()
        group = self | self.production_group_id.production_ids.filtered(
            lambda order: order.product_id == self.product_id
        )
        scrapped = sum(group.mapped("backflush_scrapped_quantity"))
        explained = sum(
            max(order.product_qty - order.qty_produced, 0.0)
            for order in group - self
            if order.state == "done"
        )
        return known + max(scrapped - explained, 0.0)

    # -- screen ------------------------------------------------------------------------

    def action_backflush_scrap_pieces(self):
        """Open the form that reports scrapped pieces of this order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scrap Pieces of %s", self.product_id.display_name),
            "res_model": "backflush.product.scrap",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_production_id": self.id,
                "default_workorder_id": self._backflush_present_workorder().id,
            },
        }

    def _backflush_present_workorder(self):
        """The operation that the order has come to; empty: none has begun."""
        own = self.workorder_ids.sorted(lambda w: (w.sequence, w.id))
        running = own.filtered(lambda w: w.state == "progress")
        return running[:1] or own.filtered(lambda w: w.state == "done")[-1:]
