from odoo import models


class BackflushStandardCost(models.Model):
    """What is revalued is read when everybody has posted."""

    _inherit = "backflush.standard.cost"

    def action_release(self, date=None):
        self.check_access("write")
        self._take_turn()
        return super().action_release(date)

    def _take_turn(self):
        """Products that the ledger never held are revalued without a turn."""
        for company, versions in self.sudo().grouped("company_id").items():
            products = versions.product_id.with_company(company)
            if products._backflush_is_in_books():
                self.env["backflush.costing.turn"]._take(company)

    def _release_due(self):
        self._take_turn()
        return super()._release_due()
