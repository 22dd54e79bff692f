from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def button_finish(self):
        """Core fills and picks the operation's components; not the manual ones."""
        self.move_raw_ids._backflush_close_manual()
        return super().button_finish()
