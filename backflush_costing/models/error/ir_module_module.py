from odoo import models


class IrModuleModule(models.Model):
    """The addon does not leave while somebody still has to work something out."""

    _inherit = "ir.module.module"

    def button_uninstall(self):
        leaving = self | self.downstream_dependencies()
        if "backflush_costing" in leaving.mapped("name"):
            self.env["backflush.error"]._check_may_leave()
        return super().button_uninstall()
