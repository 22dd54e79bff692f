from odoo import models


class MrpWorkorder(models.Model):
    """An operation that issues components uses the lines valid on its day."""

    _inherit = "mrp.workorder"

    def button_start(self, raise_on_invalid_state=False):
        self.production_id._backflush_choose_event_lines()
        return super().button_start(raise_on_invalid_state)

    def button_finish(self):
        # Within a completion the lines are chosen already.
        reported = self.production_id.filtered(
            lambda order: not order._backflush_is_completing()
        )
        reported._backflush_choose_event_lines()
        return super().button_finish()
