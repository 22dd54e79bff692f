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
        lives = self._unit_lives()
        supplies = {
            (unit, life, product): unit._backflush_supply(
                product,
                life,
                unit._backflush_settled(product, unit._backflush_history(life)),
            )
            for unit, life, product in lives
        }
        res = super()._reverse_report()
        for (unit, life, product), supply in supplies.items():
            unit._backflush_keep(product, life, supply)
            unit._backflush_balance(product, life)
        return res

    def _unit_lives(self):
        """``[(unit, life of it, product)]`` that these reports were used from."""
        return [
            (log.package_id, log.life, product)
            for report in self.filtered("package_id")
            for log in report.sudo().unit_log_ids.filtered(
                lambda own: own.kind == "consumption"
            )
            for product in report.line_ids.product_id
        ]

    def _book_return_on_event_date(self):
        """What a report gives back was never taken: not on any past day either.

        Once the product was received, or the day is closed, it comes back today, as
        its entry does.
        """
        company, policy = self.company_id, self.production_id._backflush_policy()
        if self.date_closed:
            return
        day = self.date_accounting
        if policy and company._get_violated_lock_dates(day, False, policy._journal()):
            return
        self._book_on_event_date()


class BackflushConfirmationLine(models.Model):
    _inherit = "backflush.confirmation.line"

    def _error_vals(self, missing, lot_id):
        """What a handling unit did not hold is missing in that unit."""
        vals = super()._error_vals(missing, lot_id)
        unit = self.move_id.backflush_unit_id
        if unit:
            vals |= {"package_id": unit.id, "cause": "handling_unit_empty"}
        return vals
