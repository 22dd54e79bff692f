from odoo import fields, models


class BackflushPostingLine(models.Model):
    _inherit = "backflush.posting.line"

    kind = fields.Selection(
        selection_add=[("residue", "Residue of a handling unit")],
        ondelete={"residue": "cascade"},
    )
