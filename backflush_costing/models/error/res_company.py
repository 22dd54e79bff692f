from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    backflush_write_off_limit = fields.Monetary(
        "Write-off Limit",
        help="Error records worth more than this need a second person to approve "
        "their write-off. Zero: no limit.",
    )
