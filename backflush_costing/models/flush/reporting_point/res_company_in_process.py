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
        for company, confirmations in self.grouped("company_id").items():
            late = confirmations.filtered(lambda c: c.date_event < c.date_recorded)
            products = (late._moves() | late.line_ids._early_moves()).product_id
            with company._backflush_restating(products):
                super(BackflushConfirmation, confirmations)._book_on_event_date()
