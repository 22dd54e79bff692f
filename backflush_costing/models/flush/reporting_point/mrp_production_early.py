from collections import defaultdict

from odoo import Command, models

from ..completion.mrp_production_flush import Report


class MrpProduction(models.Model):
    """Reporting points and forward flush: issues before the product is received."""

    _inherit = "mrp.production"

    def _backflush_last_workorder(self):
        """The operation that finishes last."""
        self.ensure_one()
        open_ones = self.workorder_ids.filtered(lambda w: w.state != "cancel")
        return open_ones.sorted(lambda w: (w.sequence, w.id))[-1:]

    def action_start(self):
        """Starting the order issues what is issued at the start without operation."""
        whole = self.env["mrp.workorder"]
        planned = self.env["stock.move"].concat(*self._backflush_due("start", whole))
        planned._backflush_lock_stock()
        # Another station may have started it while this one waited.
        due = self._backflush_due("start", whole)
        res = super().action_start()
        self._backflush_issue_early("start", due)
        return res

    def _backflush_due(self, trigger, workorder):
        """``{component: (work order, product quantity to issue it for)}``.

        A start issues for all that is left to make, an operation for what has been
        finished at it beyond what was reported there before.
        """
        due = {}
        for move in self.move_raw_ids:
            if not move._backflush_is_due(trigger, workorder):
                continue
            order = move.raw_material_production_id
            total = order.product_qty - order.qty_produced
            if trigger == "operation":
                total = workorder._backflush_reported_quantity()
            total = move._backflush_due_for(total)
            left = order.product_uom_id.round(total - move._backflush_covered())
            if left > 0:
                due[move] = (workorder, left)
        return due

    def _backflush_issue_early(self, trigger, due):
        """Issue the components in ``due``, park what is missing, and confirm it.

        :param str trigger: ``operation`` or ``start``
        :param dict due: see :meth:`_backflush_due`
        """
        planned = self.env["stock.move"].concat(*due)
        # Core lets who may only read orders move stock.
        planned.raw_material_production_id.check_access("write")
        planned.raw_material_production_id._backflush_check_event()
        for company, moves in planned.grouped("company_id").items():
            moves = moves.with_company(company)
            quantities = {move: due[move][1] for move in moves}
            asked = {
                move: move._backflush_asked_quantity(quantity)
                for move, quantity in quantities.items()
            }
            issues = moves._backflush_take_out(quantities)
            moves.raw_material_production_id._backflush_flush_early(
                trigger, issues, due, asked
            )

    def _backflush_flush_early(self, trigger, issues, due, asked):
        """Move the stock of ``issues`` and write the documents.

        :param dict issues: ``{planned component: component line that issues it}``
        :param dict asked: ``{planned component: what the bill of materials asks for}``
            in the component's unit
        """
        reports = self._backflush_move_early(issues, asked)
        return self._backflush_confirm_early(trigger, issues, due, reports)

    def _backflush_move_early(self, issues, asked):
        """Issue what is there of ``issues``; see :meth:`_backflush_flush_early`.

        :return: ``{component line: Report}``, what is missing noted on it
        """
        moves = self.env["stock.move"].concat(*issues.values())
        with moves._backflush_filled({move: move.product_uom_qty for move in moves}):
            moves._backflush_fill_rest()
            moves.picked = True
            moves._backflush_enter_recorded()
            reports = {
                move: Report(
                    asked[planned],
                    move._backflush_report_quantity(),
                    move._backflush_demand_quantity(),
                )
                for planned, move in issues.items()
            }
            self._backflush_split(reports)
            moves.with_context(skip_mo_check=True)._action_done(cancel_backorder=True)
        return reports

    def _backflush_confirm_early(self, trigger, issues, due, reports):
        """One confirmation per order, operation and quantity."""
        groups = defaultdict(lambda: self.env["stock.move"])
        for planned, issue in issues.items():
            groups[(planned.raw_material_production_id, *due[planned])] |= issue
        confirmations = self.env["backflush.confirmation"].sudo()
        for (order, workorder, quantity), moves in groups.items():
            confirmations |= confirmations.create(
                order._backflush_early_confirmation_vals(
                    trigger, workorder, quantity, moves, reports
                )
            )
        confirmations._link_moves(reports)
        confirmations._park(reports)
        confirmations._book_on_event_date()
        confirmations.filtered(
            lambda c: not c.production_id._backflush_policy()
        ).error_ids._set_memo()
        return confirmations

    def _backflush_early_confirmation_vals(
        self, trigger, workorder, quantity, moves, reports
    ):
        """Values of the confirmation of components that were issued early."""
        return {
            **self._backflush_report_vals(workorder.workcenter_id),
            "trigger": trigger,
            "workorder_id": workorder.id,
            "quantity": quantity,
            "line_ids": [
                Command.create(move._backflush_confirmation_line_vals(reports[move]))
                for move in moves
            ],
            "share_ids": [
                Command.create({"production_id": self.id, "quantity": quantity})
            ],
        }
