from odoo import Command, api, fields, models


class BackflushErrorChoice(models.AbstractModel):
    """A form about the error records that it was opened from, those still open."""

    _name = "backflush.error.choice"
    _description = "Choice of Error Records"

    error_ids = fields.Many2many(
        "backflush.error",
        string="Error Records",
        required=True,
        help="Open records that something is done about.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "backflush.error":
            values["error_ids"] = [Command.set(self._opened_from().ids)]
        return values

    @api.model
    def _opened_from(self):
        """The open records that the form was opened from."""
        context = self.env.context
        of_errors = context.get("active_model") == "backflush.error"
        ids = context.get("active_ids", []) if of_errors else []
        errors = self.env["backflush.error"].browse(ids)
        return errors.filtered(lambda error: error._is_open())
