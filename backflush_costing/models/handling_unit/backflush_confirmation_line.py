from odoo import Command, models

from ...engine.numbers import exact


class BackflushConfirmationLine(models.Model):
    _inherit = "backflush.confirmation.line"

    def _unit_lines(self, unit):
        """Done lines of these issues out of ``unit``, and back into it."""
        lines = self.move_ids.move_line_ids.filtered(lambda own: own.state == "done")
        return lines.filtered(
            lambda own: unit in (own.package_id | own.result_package_id)
        )

    def _issued_from(self, unit):
        """What these issues took out of ``unit``, returns deducted, exact."""
        return exact(
            sum(
                own.quantity_product_uom * (1 if own.package_id == unit else -1)
                for own in self._unit_lines(unit)
            )
        )

    def _open_in(self, unit):
        """Open error records about what ``unit`` lacked for these."""
        return self.error_ids.filtered(lambda e: e._is_open() and e.package_id == unit)

    def _give_back(self, unit, quantity):
        """Bring ``quantity`` back into ``unit``: others had used it before.

        What was used for this order was not in the unit any more: it waits.
        """
        moves = self.env["stock.move"]
        for issue in self._early_moves().filtered(lambda m: m._backflush_is_issue()):
            left = {
                own: number
                for own, number in issue._backflush_left_by_line().items()
                if own.package_id == unit
            }
            taken = issue._backflush_take(quantity, left)
            if taken:
                quantity -= sum(exact(number) for _own, number in taken)
                moves |= issue._backflush_return(taken)
        moves._backflush_finish_return()
        moves.backflush_confirmation_line_id = self
        self.confirmation_id._book_return_on_event_date()
        for lot, same in moves.move_line_ids.grouped("lot_id").items():
            number = sum(same.mapped("quantity_product_uom"))
            vals = self._error_vals(number, lot.id)
            self.error_ids = [Command.create(vals)]
        if self.confirmation_id.date_closed:
            self.confirmation_id._post_late(self._open_in(unit))
        return moves
