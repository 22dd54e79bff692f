from odoo import models


class MrpWorkorder(models.Model):
    """Operations issue components too: what they lack is asked the same way."""

    _inherit = "mrp.workorder"

    def button_start(self, raise_on_invalid_state=False):
        return self.env["backflush.question"]._around(
            self,
            "button_start",
            lambda: super(MrpWorkorder, self).button_start(raise_on_invalid_state),
        )

    def button_finish(self):
        return self.env["backflush.question"]._around(
            self, "button_finish", super().button_finish
        )
