from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    backflush_write_off_limit = fields.Monetary(
        related="company_id.backflush_write_off_limit",
        currency_field="company_currency_id",
        readonly=False,
    )
