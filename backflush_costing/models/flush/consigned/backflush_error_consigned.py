from odoo import models


class BackflushError(models.Model):
    """Records that may be worked off from stock of somebody else."""

    _inherit = "backflush.error"

    def _flushes_consigned(self):
        """Whether this record may use stock of somebody else."""
        self.ensure_one()
        # A document that failed as a whole is about no component.
        product = self.product_id
        return bool(product) and self.production_id._backflush_flushes_consigned(
            product
        )

    def _owner_domain(self):
        """Stock of any owner, where one of these records may use it."""
        if any(error._flushes_consigned() for error in self):
            return []
        return super()._owner_domain()

    def _drawable(self, stock):
        if self._flushes_consigned():
            return stock
        return super()._drawable(stock)
