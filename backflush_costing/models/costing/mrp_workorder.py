from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def action_cancel(self):
        """Let who may cancel an order cancel its operations.

        Core deletes their analytic lines on the way, which people of the shop floor
        have no right to read.
        """
        self.check_access("write")
        return super(MrpWorkorder, self.sudo()).action_cancel()

    def _create_or_update_analytic_entry_for_record(self, value, hours):
        """Let who may complete an order complete it.

        Core reads the analytic lines of a work order with the rights of the user
        who books its time: a plain manufacturing user may not and could not
        finish an order with operations. The lines follow from the work order,
        on which the caller's rights have been checked.
        """
        return super(
            MrpWorkorder, self.sudo()
        )._create_or_update_analytic_entry_for_record(value, hours)
