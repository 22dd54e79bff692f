from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    backflush_standard_release_check = fields.Selection(
        related="company_id.backflush_standard_release_check", readonly=False
    )
