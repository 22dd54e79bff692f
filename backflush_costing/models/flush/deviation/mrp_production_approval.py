from odoo import models


class MrpProduction(models.Model):
    """A substitute is used while its approval is valid, by the time of the event."""

    _inherit = "mrp.production"

    def _backflush_split(self, reports):
        """Before anything is drawn: what is used must be covered on that day."""
        for move, report in reports.items():
            if move.raw_material_production_id in self and report.reported:
                move.sudo()._backflush_check_validity()
        return super()._backflush_split(reports)
