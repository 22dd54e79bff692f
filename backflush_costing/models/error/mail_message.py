from odoo import api, models
from odoo.exceptions import UserError


class MailMessage(models.Model):
    """What the log of an error record says stays said."""

    _inherit = "mail.message"

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_error_log(self):
        if any(message.model == "backflush.error" for message in self):
            raise UserError(
                self.env._("The log of an error record is never deleted, line by line.")
            )


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_error_log(self):
        self.sudo().mail_message_id._unlink_unless_error_log()
