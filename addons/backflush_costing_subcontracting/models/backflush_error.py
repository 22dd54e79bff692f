from odoo import models
from odoo.exceptions import UserError


class BackflushError(models.Model):
    _inherit = "backflush.error"

    def action_issue_from(self, location_id, lot_id=None, package_id=None):
        """Other stock of the company can be issued, another subcontractor's cannot.

        Components are often handed over before the transfer is entered: issuing them
        from the own store puts that right. What lies at another subcontractor was
        never used here.
        """
        place = self.env["stock.location"].browse(location_id).sudo()
        for error in self.filtered(lambda e: e.production_id.sudo().subcontractor_id):
            own = error.sudo().location_id
            if place.is_subcontract() and not place._child_of(own):
                raise UserError(
                    self.env._(
                        "%(place)s holds stock of other subcontractors, and %(name)s "
                        "was used by %(subcontractor)s. Issue from %(own)s or from a "
                        "store of your own.",
                        place=place.display_name,
                        name=error.name,
                        subcontractor=(
                            error.production_id.sudo().subcontractor_id.display_name
                        ),
                        own=own.display_name,
                    )
                )
        return super().action_issue_from(location_id, lot_id, package_id)
