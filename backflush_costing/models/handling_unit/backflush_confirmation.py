from odoo import fields, models


class BackflushConfirmation(models.Model):
    _inherit = "backflush.confirmation"

    package_id = fields.Many2one(
        "stock.package",
        "Handling Unit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Unit that was used from.",
    )
    unit_log_ids = fields.One2many(
        "backflush.handling.unit.log",
        "confirmation_id",
        "History of the Unit",
        readonly=True,
        help="What the history of the handling unit says about this report.",
    )

    def _reverse_report(self):
        """What came back into a unit is there for what else was used from it."""
        res = super()._reverse_report()
        for report in self.filtered("package_id"):
            for product in report.line_ids.product_id:
                report.package_id._backflush_balance(product)
        return res


class BackflushConfirmationLine(models.Model):
    _inherit = "backflush.confirmation.line"

    def _error_vals(self, missing, lot_id):
        """What a handling unit did not hold is missing in that unit."""
        vals = super()._error_vals(missing, lot_id)
        unit = self.move_id.backflush_unit_id
        if unit:
            vals |= {"package_id": unit.id, "cause": "handling_unit_empty"}
        return vals
