from odoo import fields, models


class BackflushConfirmation(models.Model):
    """Who let a report beyond the tolerance pass, and what was beyond it."""

    _inherit = "backflush.confirmation"

    deviation_confirmed_by_id = fields.Many2one(
        "res.users",
        "Deviations Confirmed By",
        readonly=True,
        ondelete="restrict",
        help="Supervisor who confirmed what was reported beyond the tolerance.",
    )
    deviation_confirmed_text = fields.Text(
        "Beyond the Tolerance",
        readonly=True,
        help="What was reported beyond the tolerance: required and reported "
        "quantity, deviation and allowed deviation in per cent.",
    )
