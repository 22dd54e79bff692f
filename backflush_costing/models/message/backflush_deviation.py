from odoo import api, fields, models

from ...said import said


class BackflushDeviation(models.Model):
    _inherit = "backflush.deviation"

    message_id = fields.Many2one(
        "backflush.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Message that recorded it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What is recorded while a message is carried out was reported by it."""
        documents = super().create(vals_list)
        message_id = said(self.env, "backflush_message_id")
        if message_id:
            documents.sudo().message_id = message_id
        return documents

    def action_apply(self, production_id, quantity=None, move_id=None):
        """Machines that fetch hear of the substitute on the order."""
        order = self.env["mrp.production"].browse(production_id).exists()
        with order._backflush_telling_changes():
            return super().action_apply(production_id, quantity, move_id)
