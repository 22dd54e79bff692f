from odoo import api, models


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    def write(self, vals):
        res = super().write(vals)
        if "product_uom_id" in vals:
            self.env["backflush.error"]._queue_for_units()
        return res


class MrpBomLine(models.Model):
    """A unit that is corrected is no reason to wait any more."""

    _inherit = "mrp.bom.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["backflush.error"]._queue_for_units()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if "product_uom_id" in vals:
            self.env["backflush.error"]._queue_for_units()
        return res
