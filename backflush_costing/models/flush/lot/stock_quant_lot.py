from odoo import fields, models
from odoo.fields import Domain

from .flush_lot_picking import has_dates

UNNAMED = "backflush_names_no_lot"


class StockQuant(models.Model):
    """Which lots a flush may pick, and in which order."""

    _inherit = "stock.quant"

    def _get_reserve_quantity(self, product_id, location_id, quantity, **kwargs):
        """Nobody said which lot: none is reserved before the flush decides."""
        if self.env.context.get(UNNAMED):
            return []
        return super()._get_reserve_quantity(
            product_id, location_id, quantity, **kwargs
        )

    def _backflush_in_order(self, strategy):
        """Those of these quants whose lot can be picked, in the order of picking.

        The order is that of core's removal strategy. As in core's reservation, lots
        past their removal date are left alone.

        :param str strategy: ``fifo`` or ``fefo``
        """
        domain = Domain("id", "in", self.ids) & Domain("lot_id", "!=", False)
        if has_dates(self.env):
            now = fields.Datetime.now()
            domain &= Domain("removal_date", "=", False) | Domain(
                "removal_date", ">=", now
            )
        elif strategy == "fefo":
            # Chosen while lots had dates: without any, age is what is left.
            strategy = "fifo"
        order = self._get_removal_strategy_order(strategy)
        return self.search(domain, order=order)._backflush_own_first()
