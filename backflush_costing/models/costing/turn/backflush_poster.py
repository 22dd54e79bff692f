from odoo import models


class BackflushPoster(models.AbstractModel):
    """Whatever is recorded was computed at what stock is valued at."""

    _inherit = "backflush.poster"

    def _record(self, company, entry, date, postings):
        self.env["backflush.costing.turn"]._share(company)
        return super()._record(company, entry, date, postings)
