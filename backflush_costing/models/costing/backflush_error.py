from odoo import models

from ...engine.numbers import exact


class BackflushError(models.Model):
    _inherit = "backflush.error"

    def _write_off(self, reason, kind):
        """Release suspense: to usage, or to inventory difference."""
        res = super()._write_off(reason, kind)
        rest = "difference" if kind == "never_recorded" else "usage"
        for company, errors in self.grouped("company_id").items():
            errors.with_company(company)._backflush_post_suspense(rest)
        return res

    def _backflush_post_suspense(self, rest):
        """Post what changed in suspense without a movement of stock."""
        completions = [
            production._backflush_completion(
                self.env["stock.move"], errors, None, rest=rest
            )
            for production, errors in self.grouped("production_id").items()
            if production._backflush_policy()
        ]
        if completions:
            self.env["backflush.poster"].sudo()._post_completions(completions)
        self.filtered(lambda e: not e.production_id._backflush_policy())._set_memo()

    def _backflush_due_quantity(self):
        """Hook: quantity that suspense should hold for this record, exact.

        A room above that parks before the product is received answers with less.
        """
        self.ensure_one()
        return exact(self.quantity_open)

    def _set_memo(self):
        """Without suspense the amount is a memo: open quantity at today's cost."""
        for error in self:
            product = error.product_id.with_company(error.company_id)
            error.amount = error.quantity_open * product.standard_price
