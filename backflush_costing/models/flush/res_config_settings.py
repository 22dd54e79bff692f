from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    backflush_flush_method = fields.Selection(
        related="company_id.flush_method", readonly=False
    )
    backflush_shortage_profile = fields.Selection(
        related="company_id.shortage_profile", readonly=False
    )
    backflush_deviation_limit = fields.Monetary(
        related="company_id.backflush_deviation_limit",
        currency_field="company_currency_id",
        readonly=False,
    )
