from odoo import models
from odoo.exceptions import UserError

from ....engine.numbers import ZERO


class BackflushError(models.Model):
    """Tracked components: which lots work a record off that names none."""

    _inherit = "backflush.error"

    def _needs_lot(self, lot_id=None, package_id=None):
        """Whether nothing can be issued before somebody names a lot.

        A handling unit names its lots by what it holds.
        """
        self.ensure_one()
        if self.product_id.tracking == "none":
            return False
        if lot_id or package_id or self.lot_id or self.package_id:
            return False
        return not self.production_id._backflush_lot_picking()

    def _pools(self, stock, location, lot_id=None, package_id=None):
        """Without a lot nothing is issued, unless lots are picked here."""
        if self._needs_lot(lot_id, package_id):
            return ()
        pools = super()._pools(stock, location, lot_id, package_id)
        if self.product_id.tracking == "none" or lot_id or self.lot_id:
            return pools
        strategy = self.production_id._backflush_lot_picking() or "fifo"
        return tuple(stock.browse(pools)._backflush_in_order(strategy).ids)

    def action_issue_from(self, location_id, lot_id=None, package_id=None):
        """Refuse where nobody says which lot, instead of doing nothing."""
        unnamed = self.filtered(lambda error: error._needs_lot(lot_id, package_id))
        if unnamed:
            raise UserError(
                self.env._(
                    "%(products)s is tracked by lot or serial number. Say which lot "
                    "was used (%(names)s).",
                    products=", ".join(unnamed.product_id.mapped("display_name")),
                    names=", ".join(unnamed.mapped("name")),
                )
            )
        return super().action_issue_from(location_id, lot_id, package_id)

    def _free_at(self, location, lot_id=None, package_id=None):
        """What these records could issue from ``location`` now, all together."""
        if not self or not location:
            return 0.0
        stock = self._quants(dict.fromkeys(self, location))
        free = {quant.id: number for quant, number in stock._backflush_free().items()}
        pools = {
            pool
            for error in self
            for pool in error._pools(stock, location, lot_id, package_id)
        }
        return float(sum((max(free[pool], ZERO) for pool in pools), ZERO))
