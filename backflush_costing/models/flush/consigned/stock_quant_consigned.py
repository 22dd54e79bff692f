from odoo import models

OWN_FIRST = "backflush_own_first"


class StockQuant(models.Model):
    """Own stock, and that of somebody else."""

    _inherit = "stock.quant"

    def _backflush_is_own(self):
        """Whether this stock belongs to the company that keeps it."""
        self.ensure_one()
        return not self.owner_id or self.owner_id == self.company_id.partner_id

    def _backflush_own_first(self):
        """The same stock in the same order, that of somebody else at the end."""
        if not self.owner_id:
            return self
        return self.sorted(lambda quant: not quant._backflush_is_own())

    def _gather(self, product_id, location_id, *args, **kwargs):
        """Core reserves for a component that may use both: own stock first."""
        quants = super()._gather(product_id, location_id, *args, **kwargs)
        if self.env.context.get(OWN_FIRST):
            return quants._backflush_own_first()
        return quants
