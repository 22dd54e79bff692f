from odoo import models

from ....engine.numbers import exact


class BackflushConfirmationLine(models.Model):
    """Taking back what one component of a report did."""

    _inherit = "backflush.confirmation.line"

    def _return_issues(self, part):
        """Move ``part`` of what was issued back; return the done stock moves."""
        issues = self._early_moves().filtered(lambda m: m._backflush_is_issue())
        moves = self.env["stock.move"]
        for issue in issues:
            taken = issue._backflush_taken_lines(
                issue._backflush_net_quantity() * float(part)
            )
            if taken:
                moves |= issue._backflush_return(taken)
        moves._backflush_finish_return()
        for move in moves:
            line = move.origin_returned_move_id.backflush_confirmation_line_id
            move.backflush_confirmation_line_id = line
            line.deviation_quantity -= move._backflush_moved_quantity()
        return moves

    def _release_errors(self, part):
        """``part`` of what was never issued does not wait any longer."""
        part = float(part)
        for error in self.error_ids.filtered(lambda e: e._is_open()):
            released = error.uom_id.round(error.quantity_open * part)
            error.quantity_reversed += released
            error.confirmation_line_id.deviation_quantity -= released
            error._settle("resolved")

    def _ask_again(self, share, sign=1):
        """Give the planned components of the order their demand back.

        :param sign: -1 takes it away again: ``share`` covers it after all
        """
        order = share.production_id
        for line in self:
            planned = order.move_raw_ids.filtered(
                lambda m, line=line: (
                    not m.additional
                    and m.state not in ("done", "cancel")
                    and line._is_of(m)
                )
            )[:1]
            if planned:
                unit = planned.product_uom
                demand = planned.product_uom_qty + sign * line._asked_by(share, unit)
                planned.with_context(no_procurement=True).product_uom_qty = max(
                    unit.round(demand), 0.0
                )

    def _asked_by(self, share, unit):
        """What ``share`` is of the planned quantity, in ``unit`` and rounded to it.

        Parts of a report that are asked for one after the other round so that they
        sum to what was planned: none of them alone is rounded up.
        """
        before = share._asked_before()
        upto, since = (
            self._planned_for(quantity, unit)
            for quantity in (before + exact(share.quantity), before)
        )
        return upto - since

    def _planned_for(self, quantity, unit):
        """What was planned for ``quantity`` of the report's product, in ``unit``."""
        reported = exact(self.confirmation_id.quantity)
        planned = float(exact(self.planned_quantity) * quantity / reported)
        return self.uom_id._compute_quantity(planned, unit, rounding_method="HALF-UP")
