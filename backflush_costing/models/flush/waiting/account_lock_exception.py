from odoo import api, models


class AccountLockException(models.Model):
    """Somebody may post in a closed period for a while: what waits for it is tried."""

    _inherit = "account.lock_exception"

    @api.model_create_multi
    def create(self, vals_list):
        exceptions = super().create(vals_list)
        exceptions.company_id._backflush_queue_for_period()
        return exceptions
