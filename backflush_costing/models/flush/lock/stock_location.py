from odoo import models


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _backflush_is_guarded(self):
        """Whether changes of stock here take turns with the flushes.

        Any internal location of a company with a shortage profile, and those that
        belong to no company: a flush can draw from each of them.
        """
        self.ensure_one()
        guarded = self.env["res.company"]._backflush_guarded_ids()
        return self.usage == "internal" and (
            self.company_id.id in guarded if self.company_id else bool(guarded)
        )
