from odoo import api, models

CONVERSION = {"relative_uom_id", "relative_factor"}


class UomUom(models.Model):
    """A conversion that exists now is no reason to wait any more."""

    _inherit = "uom.uom"

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        self.env["backflush.error"]._queue_for_units()
        return units

    def write(self, vals):
        res = super().write(vals)
        if not CONVERSION.isdisjoint(vals):
            self.env["backflush.error"]._queue_for_units()
        return res
