from odoo import api, fields, models

SHORTAGES = [
    ("part", "Issue what is there, park the rest"),
    ("all", "Park all of it"),
    ("loose", "Take the rest from loose stock beside it"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    backflush_unit_shortage = fields.Selection(
        SHORTAGES,
        "Too Little in the Handling Unit",
        help="What happens when more is reported from a handling unit than the books "
        "hold in it. Empty: what is there is issued, the rest is parked.",
    )
    backflush_residue_percent = fields.Float(
        "Residue up to (%)",
        help="A residue above this percentage of what the unit held waits for a "
        "supervisor. Zero: not checked.",
    )
    backflush_residue_quantity = fields.Float(
        "Residue up to (Quantity)",
        digits="Product Unit",
        help="A residue above this quantity, in the product's unit, waits for a "
        "supervisor. Zero: not checked.",
    )
    backflush_residue_amount = fields.Monetary(
        "Residue up to (Amount)",
        help="A residue worth more than this at cost waits for a supervisor. Zero: not "
        "checked.",
    )
    backflush_start_check = fields.Selection(
        [("content", "Enough for the job"), ("time", "Enough for a time")],
        "Units Mounted to Start",
        help="An operation starts only when units with all components that are "
        "consumed as reported there are mounted and hold enough: for the whole job, "
        "or for a time, where units change while it runs. Empty: not checked.",
    )
    backflush_start_minutes = fields.Float(
        "Minutes", help="For how long the mounted units must last at the start."
    )
    backflush_gs1_prefix = fields.Char(
        "GS1 Company Prefix",
        help="Digits that GS1 gave the company, 4 to 12 of them, most often 7 to 10; "
        "numbers of handling units begin with them. Companies with the same prefix "
        "share its numbers.",
    )
    backflush_sscc_extension = fields.Integer(
        "Extension Digit",
        help="First digit of the numbers of handling units, 0 to 9: each one begins a "
        "series of its own, for when the numbers of the one before are used up.",
    )

    @api.constrains("backflush_gs1_prefix", "backflush_sscc_extension")
    def _check_backflush_gs1_prefix(self):
        for company in self.filtered("backflush_gs1_prefix"):
            self.env["stock.package"]._backflush_check_prefix(company)
