from contextlib import ExitStack

from odoo import models

from ....engine.numbers import exact


class ResCompany(models.Model):
    """What is in process of components at actual cost."""

    _inherit = "res.company"

    def _backflush_in_process_values(self, products):
        """At what the issues cost, movement by movement."""
        values = super()._backflush_in_process_values(products)
        reports = self.env["backflush.confirmation"].sudo()
        for report, move in reports._issues_in_process(self, products, None):
            quantity = exact(move._backflush_signed_quantity())
            waiting = report._due(quantity) - quantity
            values[move.product_id.id] += waiting * move._backflush_own_cost()
        return values


class BackflushConfirmation(models.Model):
    """What is booked on an earlier day comes before what was received since."""

    _inherit = "backflush.confirmation"

    def _book_on_event_date(self):
        late = self.filtered(lambda c: c._is_booked_late())
        with ExitStack() as stack:
            for company, some in late.grouped("company_id").items():
                moves = some.line_ids._early_moves()
                for confirmation in some:
                    moves |= confirmation._moves()
                stack.enter_context(company._backflush_restating(moves.product_id))
            return super()._book_on_event_date()

    def _is_booked_late(self):
        """Whether the movements are dated before they were recorded."""
        end = self.company_id._backflush_end_of_day(self.date_accounting)
        return min(self.date_event, end) < self.date_recorded
