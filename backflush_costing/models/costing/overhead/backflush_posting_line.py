from odoo import fields, models


class BackflushPostingLine(models.Model):
    _inherit = "backflush.posting.line"

    kind = fields.Selection(
        selection_add=[("overhead", "Material overhead absorbed")],
        ondelete={"overhead": "cascade"},
    )
