from odoo import models


class BackflushError(models.Model):
    """What the buttons of the error queue answer to a person."""

    _inherit = "backflush.error"

    def action_retry_on_screen(self):
        """Retry, and say so where something stays open: the button did its work.

        :return: a notification, or False where everything was issued
        """
        self.action_retry()
        waiting = self.filtered(lambda error: error._is_open())
        return waiting._retry_notification() if waiting else False

    def _retry_notification(self):
        """Which records still wait, and what that takes."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "Still open: %(names)s. The cause has not gone away yet.",
                    names=", ".join(self.mapped("name")),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
