from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def action_backflush_scrap_pieces(self):
        """Report scrapped pieces at this operation."""
        self.ensure_one()
        action = self.production_id.action_backflush_scrap_pieces()
        action["context"]["default_workorder_id"] = self.id
        return action
