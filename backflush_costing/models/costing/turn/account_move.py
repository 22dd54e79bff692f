from odoo import models


class AccountMove(models.Model):
    """Bills and invoices debit and credit stock at what it is valued at."""

    _inherit = "account.move"

    def _post(self, soft=True):
        documents = self.filtered(lambda move: move.is_invoice(True))
        self.env["backflush.costing.turn"]._share(documents.company_id)
        return super()._post(soft)
