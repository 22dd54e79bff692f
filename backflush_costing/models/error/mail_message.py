from odoo import api, models
from odoo.exceptions import UserError

#: What a line of the log says, when, by whom, and about what.
SAID = frozenset(("body", "model", "res_id", "author_id", "date", "create_uid"))


class MailMessage(models.Model):
    """What the log of an error record says stays said."""

    _inherit = "mail.message"

    def write(self, vals):
        """Emptied, or moved to another record, it would be gone as well."""
        if not SAID.isdisjoint(vals):
            self._check_error_log()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_unless_error_log(self):
        self._check_error_log()

    def _check_error_log(self):
        if any(message.model == "backflush.error" for message in self.sudo()):
            raise UserError(
                self.env._(
                    "The log of an error record is never changed or deleted, line by "
                    "line."
                )
            )


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    def write(self, vals):
        """Odoo itself notes what a field was called that goes away with its addon."""
        if set(vals) - {"field_info"}:
            self.sudo().mail_message_id._check_error_log()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_unless_error_log(self):
        self.sudo().mail_message_id._check_error_log()
