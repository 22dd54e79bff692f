from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    backflush_flush_consigned = fields.Boolean(
        related="company_id.flush_consigned", readonly=False
    )
