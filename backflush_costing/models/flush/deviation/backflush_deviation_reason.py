from odoo import fields, models

from .backflush_deviation import KINDS


class BackflushDeviationReason(models.Model):
    """Why a component is used otherwise than the bill of materials says.

    The plant's own short list: what is chosen with one tap is recorded, and
    what is recorded can be counted.
    """

    _name = "backflush.deviation.reason"
    _description = "Deviation Reason"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="The reason in the words of the plant."
    )
    sequence = fields.Integer(default=10, help="Place in the list.")
    active = fields.Boolean(
        default=True, help="Archive a reason that is not to be chosen any more."
    )
    kind = fields.Selection(
        KINDS,
        help="Offered for deviations of this kind alone; empty: for all.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Offered in this company alone; empty: in all.",
    )
