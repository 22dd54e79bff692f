from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    backflush_flush_method = fields.Selection(
        related="company_id.flush_method", readonly=False
    )
    backflush_shortage_profile = fields.Selection(
        related="company_id.shortage_profile", readonly=False
    )
