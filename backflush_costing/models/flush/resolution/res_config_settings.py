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
    backflush_lot_picking = fields.Selection(
        related="company_id.backflush_lot_picking", readonly=False
    )
    backflush_component_tolerance_rule = fields.Selection(
        related="company_id.component_tolerance_rule", readonly=False
    )
    backflush_component_tolerance = fields.Float(
        related="company_id.component_tolerance", readonly=False
    )
    backflush_quantity_tolerance_rule = fields.Selection(
        related="company_id.quantity_tolerance_rule", readonly=False
    )
    backflush_quantity_tolerance_over = fields.Float(
        related="company_id.quantity_tolerance_over", readonly=False
    )
    backflush_quantity_tolerance_under = fields.Float(
        related="company_id.quantity_tolerance_under", readonly=False
    )
