from odoo import models


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def action_unbuild(self):
        """What never left stock cannot come back: the error records shrink."""
        reversed_errors = self._backflush_reverse_errors()
        res = super().action_unbuild()
        self._backflush_reverse_lines(reversed_errors)
        reversed_errors._settle("resolved")
        return res

    def _backflush_reverse_errors(self):
        """Reduce the order's open records by the share that is unbuilt.

        What was never issued times share, rounded to the unit first, and never
        more than is open.
        """
        order = self.mo_id
        if not order or not order.qty_produced:
            return self.env["backflush.error"].sudo()
        produced = order.product_uom_id._compute_quantity(
            order.qty_produced, self.product_uom_id
        )
        errors = order.sudo().backflush_error_ids.filtered(lambda e: e._is_open())
        for error in errors:
            # Core brings back its share of what was issued, late issues included.
            never_issued = error.quantity - error.quantity_issued
            never_issued -= error.quantity_written_off
            share = error.uom_id.round(never_issued * self.product_qty / produced)
            share = min(share, error.quantity_open)
            error.quantity_reversed += share
            error.confirmation_line_id.deviation_quantity -= share
        return errors

    def _backflush_errors(self):
        return super()._backflush_errors() | self.mo_id.backflush_error_ids

    def _backflush_reverse_lines(self, errors):
        """Returned components are a negative deviation of their confirmation."""
        for move in self.sudo().produce_line_ids:
            line = move.origin_returned_move_id.backflush_confirmation_line_id
            if line and move.state == "done":
                line.deviation_quantity -= move._backflush_signed_quantity()
                move.backflush_confirmation_line_id = line
