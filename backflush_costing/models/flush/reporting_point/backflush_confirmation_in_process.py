from odoo import api, models

from ....engine.numbers import exact
from ..completion.stock_move import EARLY_METHODS


class BackflushConfirmation(models.Model):
    """From the report at an operation to the receipt of the product."""

    _inherit = "backflush.confirmation"

    def _point(self):
        """What two reports about the same step of an order have in common."""
        self.ensure_one()
        return (self.trigger, self.workorder_id.id)

    def _absorb(self):
        """The product was received: what its operations reported is in process no more.

        Called on confirmations of completions.
        """
        for confirmation in self:
            shares = confirmation.production_id.backflush_share_ids._open()
            shares.date_completed = confirmation.date_event
            shares.confirmation_id._close(confirmation.date_event)
        self.production_id.filtered(
            "backflush_share_ids"
        )._backflush_link_early_issues()

    def _close(self, moment):
        """Note of reports of which nothing is in process any more."""
        for report in self:
            if not report.share_ids._open():
                report.date_closed = moment

    def _book_on_event_date(self):
        """Date the stock moves as the entry will be, where that is not now.

        A past date then finds stock and ledger on the same side of midnight.
        """
        for confirmation in self:
            company, order = confirmation.company_id, confirmation.production_id
            day = confirmation.date_accounting
            moment = min(confirmation.date_event, company._backflush_end_of_day(day))
            if moment == confirmation.date_recorded:
                continue
            moves = confirmation.line_ids._early_moves()
            if confirmation._is_completion():
                order.with_context(force_date=True).date_finished = moment
                moves |= confirmation._moves()
            moves.date = moment
            moves.move_line_ids.date = moment

    @api.model
    def _in_process(self, company, products, moment):
        """Yield ``(product, exact quantity)`` issued and not received as product.

        :param moment: as of this UTC moment; None for now
        """
        for report, move in self._issues_in_process(company, products, moment):
            quantity = exact(move._backflush_signed_quantity())
            yield move.product_id, report._due(quantity, moment) - quantity

    @api.model
    def _issues_in_process(self, company, products, moment):
        """Yield ``(report, issue or return)`` that orders in process made.

        :param moment: as of this UTC moment; None for now
        """
        domain = [
            ("company_id", "=", company.id),
            ("trigger", "in", EARLY_METHODS),
            "|",
            ("date_closed", "=", False),
            ("date_closed", ">", moment),
        ]
        if not moment:
            domain = [*domain[:2], ("date_closed", "=", False)]
        for report in self.search(domain):
            for move in report.line_ids._early_moves():
                if move.product_id in products and (not moment or move.date <= moment):
                    yield report, move
