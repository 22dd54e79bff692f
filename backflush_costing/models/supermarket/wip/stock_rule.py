from odoo import api, models

from ....said import Said


class StockRule(models.Model):
    """An order that a rule makes waits for room: nobody is there to be refused."""

    _inherit = "stock.rule"

    @api.model
    def _run_manufacture(self, procurements):
        rules = self.with_context(backflush_by_rule=Said(True))
        return super(StockRule, rules)._run_manufacture(procurements)
