from odoo import api, fields, models

from ...said import said


class BackflushConfirmation(models.Model):
    _inherit = "backflush.confirmation"

    message_id = fields.Many2one(
        "backflush.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Message that reported it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What is confirmed while a message is carried out was reported by it."""
        message_id = said(self.env, "backflush_message_id")
        if message_id:
            for vals in vals_list:
                vals.setdefault("message_id", message_id)
        return super().create(vals_list)
