from odoo import fields, models


class BackflushPostingLine(models.Model):
    _inherit = "backflush.posting.line"

    confirmation_id = fields.Many2one(
        "backflush.confirmation",
        index="btree_not_null",
        ondelete="restrict",
        help="Confirmation that the amount belongs to.",
    )
