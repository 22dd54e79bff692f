from odoo import models

from ....engine.numbers import ZERO, exact


class BackflushError(models.Model):
    """What nobody reported waits for the report, and not for stock."""

    _inherit = "backflush.error"

    def _waits_for_report(self):
        self.ensure_one()
        return self.cause == "not_reported"

    def _retry(self):
        """A retry does not guess what was used."""
        waiting = self.filtered(lambda error: error._waits_for_report())
        return super(BackflushError, self - waiting)._retry()

    def _free_quantities(self):
        """Nothing that a retry would issue."""
        waiting = self.filtered(lambda error: error._waits_for_report())
        free = super(BackflushError, self - waiting)._free_quantities()
        return {**dict.fromkeys(waiting, 0.0), **free}

    def _report_after_all(self, quantity):
        """Let a late report speak for what these records wait for, oldest first.

        What it reports stands on a confirmation of its own; the completion required
        so much less beyond it.

        :param quantity: reported, exact, in the component's unit
        """
        for error in self.sorted(lambda e: (e.event_date, e.id)):
            part = min(quantity, exact(error.quantity_open))
            if part > ZERO:
                quantity -= part
                error.quantity_reversed += float(part)
                error.confirmation_line_id.deviation_quantity -= float(part)
                error._settle("resolved")
