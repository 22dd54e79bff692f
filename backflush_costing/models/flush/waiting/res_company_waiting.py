from odoo import models

LOCK_DATES = {
    "fiscalyear_lock_date",
    "tax_lock_date",
    "sale_lock_date",
    "purchase_lock_date",
    "hard_lock_date",
}


class ResCompany(models.Model):
    """A period that opens again is no reason to wait any more."""

    _inherit = "res.company"

    def write(self, vals):
        res = super().write(vals)
        if not LOCK_DATES.isdisjoint(vals):
            self._backflush_queue_for_period()
        return res

    def _backflush_queue_for_period(self):
        """Queue what waits for a day of these companies, or their branches."""
        self.env["backflush.error"]._queue_gone(
            [
                ("cause", "=", "period_closed"),
                ("company_id", "child_of", self.ids),
            ]
        )
