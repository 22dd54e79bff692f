from odoo import api, models
from odoo.exceptions import UserError

ADDON = "backflush_costing"
#: Tables that only the uninstallation of the addon takes away.
KEPT = ("backflush.error", "backflush.error.remedy")


class IrModuleModule(models.Model):
    """The addon does not leave while somebody still has to work something out."""

    _inherit = "ir.module.module"

    def write(self, vals):
        """Whichever way an uninstallation is asked for, this is how it begins."""
        if vals.get("state") == "to remove" and ADDON in self.mapped("name"):
            self.env["backflush.error"]._check_may_leave()
        return super().write(vals)


class IrModel(models.Model):
    _inherit = "ir.model"

    @api.ondelete(at_uninstall=True)
    def _unlink_not_the_error_queue(self):
        """Dropping the table would delete every record of it."""
        addon = self.env["ir.module.module"].sudo().search([("name", "=", ADDON)])
        if addon.state != "to remove" and not set(KEPT).isdisjoint(
            self.mapped("model")
        ):
            raise UserError(
                self.env._(
                    "Error records are never deleted, and neither is their table. "
                    "Uninstall Backflush Costing: that keeps what it held as a file."
                )
            )
