from odoo import fields, models


class BackflushDeviation(models.Model):
    """An approval that was used up holds again what is given back to it."""

    _inherit = "backflush.deviation"

    is_used_up = fields.Boolean(
        readonly=True,
        copy=False,
        help="Closed because nothing of the approved quantity was left. It is approved "
        "again when a confirmation that used it is taken back; closed by somebody it "
        "stays closed.",
    )

    def _reopen(self):
        """Approve again what was closed as used up and is not any more."""
        for deviation in self.filtered(lambda d: d.is_used_up and d.state == "closed"):
            free = deviation.quantity_left + deviation.quantity_planned
            if deviation.uom_id.compare(free, 0.0) > 0:
                deviation._set_state("approved", is_used_up=False)
