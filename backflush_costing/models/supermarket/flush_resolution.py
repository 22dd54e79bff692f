from odoo import api, models


class BackflushFlushResolution(models.AbstractModel):
    """Within a work centre's supply area the product's own bin wins."""

    _inherit = "backflush.flush.resolution"

    @api.model
    def _workcenter_location(self, workcenter, product):
        area = super()._workcenter_location(workcenter, product)
        company = workcenter.company_id or self.env.company
        bins = self.env["backflush.control.cycle"]._bins(company.id) if area else {}
        found = bins.get((area.id, product.id))
        return self.env["stock.location"].browse(found) if found else area
