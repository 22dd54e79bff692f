from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    backflush_standard_release_check = fields.Selection(
        [("warn", "Warn"), ("block", "Block")],
        "Release of Standards",
        help="What happens when somebody releases a standard that he prepared himself. "
        "Empty: nothing. Block: somebody else has to release it, and costs of products "
        "under a policy are not changed by hand.",
    )
