from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    backflush_write_off_limit = fields.Monetary(
        "Write-off Limit",
        help="A second person has to approve what is worth more than this: a "
        "write-off, or a correction of what was used. Zero: no limit.",
    )
