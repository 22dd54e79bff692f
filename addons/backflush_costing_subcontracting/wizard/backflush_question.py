from odoo import api, models


class BackflushQuestion(models.TransientModel):
    """Receiving a product completes an order: the same question, about the receipt."""

    _inherit = "backflush.question"

    @api.model
    def _asked(self):
        return super()._asked() | {("stock.picking", "button_validate")}

    @api.model
    def _orders(self, records):
        if records._name != "stock.picking":
            return super()._orders(records)
        return records._get_subcontract_production().sudo()
