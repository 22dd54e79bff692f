from odoo import api, models

from ....engine.numbers import ZERO


class BackflushConfirmation(models.Model):
    """Stock of somebody else that waits for the receipt of the product."""

    _inherit = "backflush.confirmation"

    @api.model
    def _consigned_in_process(self, company, products, moment):
        """Yield ``(product, exact quantity)`` of others' stock in process.

        :param moment: as of this UTC moment; None for now
        """
        for report, move in self._issues_in_process(company, products, moment):
            if move.backflush_credits_owner:
                moved = move._backflush_consigned_quantities()
                quantity = sum(moved.values(), ZERO)
                yield move.product_id, report._due(quantity, moment) - quantity
