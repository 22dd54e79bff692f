from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    backflush_unit_shortage = fields.Selection(
        related="company_id.backflush_unit_shortage", readonly=False
    )
    backflush_residue_percent = fields.Float(
        related="company_id.backflush_residue_percent", readonly=False
    )
    backflush_residue_quantity = fields.Float(
        related="company_id.backflush_residue_quantity", readonly=False
    )
    backflush_residue_amount = fields.Monetary(
        related="company_id.backflush_residue_amount",
        currency_field="company_currency_id",
        readonly=False,
    )
    backflush_start_check = fields.Selection(
        related="company_id.backflush_start_check", readonly=False
    )
    backflush_start_minutes = fields.Float(
        related="company_id.backflush_start_minutes", readonly=False
    )
    backflush_gs1_prefix = fields.Char(
        related="company_id.backflush_gs1_prefix", readonly=False
    )
    backflush_sscc_extension = fields.Integer(
        related="company_id.backflush_sscc_extension", readonly=False
    )
