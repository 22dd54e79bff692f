from odoo import Command, models


class BackflushError(models.Model):
    """Many records at once: with the progress on the screen."""

    _inherit = "backflush.error"

    def action_retry_on_screen(self):
        """A few are retried at once, many slice by slice.

        :return: what the screen shows next; False where everything was issued
        """
        if len(self) == 1:
            return super().action_retry_on_screen()
        waiting = self.filtered(lambda error: error._is_open())
        remedy = self.env["backflush.remedy"].create(
            {"kind": "retry", "error_ids": [Command.set(waiting.ids)]}
        )
        return remedy.action_start()
