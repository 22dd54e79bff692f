from odoo import api, models

from ...facts import refuse_entered, refuse_facts

FACTS = {
    *("backflush_workcenter_id", "backflush_position"),
    *("backflush_mounted_on", "backflush_mounted_by_id"),
    *("backflush_emptied", "backflush_life"),
}


class StockPackage(models.Model):
    """Where a unit is mounted, and that it is empty, is reported and never entered."""

    _inherit = "stock.package"

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        refuse_entered(units, FACTS)
        return units

    def write(self, vals):
        if not self.env.su:
            refuse_facts(self, FACTS & set(vals))
        return super().write(vals)
