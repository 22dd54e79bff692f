from odoo import models


class StockMove(models.Model):
    """Stock that a policy is going to take in, or lets go, is moved before or after."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        self.env["backflush.costing.turn"]._share(self.company_id)
        return super()._action_done(cancel_backorder)
