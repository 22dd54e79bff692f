from odoo import fields, models


class BackflushConfirmation(models.Model):
    _inherit = "backflush.confirmation"

    bom_date = fields.Date(
        "Lines Valid On",
        readonly=True,
        help="Day by which the lines of the bill of materials were chosen; empty where "
        "no bill of materials has dates.",
    )


class BackflushConfirmationLine(models.Model):
    _inherit = "backflush.confirmation.line"

    bom_line_valid_from = fields.Date(
        "Line Valid From",
        readonly=True,
        help="First day of the line's validity when the component was used.",
    )
    bom_line_valid_to = fields.Date(
        "Line Valid To",
        readonly=True,
        help="Last day of the line's validity when the component was used.",
    )
