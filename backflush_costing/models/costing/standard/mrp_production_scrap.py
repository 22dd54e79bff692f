from odoo import models

from .mrp_bom_line_scrap import PLANNED_SCRAP


class MrpProduction(models.Model):
    """Orders require planned scrap, as their standards contain it."""

    _inherit = "mrp.production"

    def _get_moves_raw_values(self):
        orders = self.with_context(**{PLANNED_SCRAP: "rounded"})
        return super(MrpProduction, orders)._get_moves_raw_values()

    def _link_bom(self, bom):
        """An order that follows its bill of materials follows its planned scrap."""
        order = self.with_context(**{PLANNED_SCRAP: "rounded"})
        bom = bom.with_context(**{PLANNED_SCRAP: "rounded"})
        return super(MrpProduction, order)._link_bom(bom)
