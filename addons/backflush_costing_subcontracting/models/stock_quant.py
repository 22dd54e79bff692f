from odoo import models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _backflush_is_under(self, location):
        """What lies at a subcontractor's own place is not in the common one above.

        Subcontractors without a place of their own share the company's subcontracting
        location; the places of the others are below it.
        """
        if not super()._backflush_is_under(location):
            return False
        place = self.location_id.sudo()
        if place == location or not location.sudo().is_subcontract():
            return True
        while place and place != location:
            if place.with_company(self.company_id).subcontractor_ids:
                return False
            place = place.location_id
        return True
