from odoo import models


class MrpProduction(models.Model):
    """Counting does not stop the line."""

    _inherit = "mrp.production"

    def _backflush_shortages(self, reports):
        """What lies at a location that is being counted waits, whatever the profile.

        It is not missing; nobody may take it for an hour.
        """
        return [
            shortage
            for shortage in super()._backflush_shortages(reports)
            if not shortage.location.backflush_is_blocked
        ]
