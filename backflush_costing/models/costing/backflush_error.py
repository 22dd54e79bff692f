from odoo import models

from ...engine.numbers import ZERO, exact


class BackflushError(models.Model):
    _inherit = "backflush.error"

    def _write_off(self, reason, kind, quantity=None):
        """Release suspense: to usage, or to inventory difference."""
        res = super()._write_off(reason, kind, quantity)
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

    def _backflush_parking_account(self):
        """The account that holds what is open of this record; empty for a memo."""
        policy = self.production_id._backflush_policy()
        product = self.product_id.with_company(self.company_id)
        return policy._parking_account(product) if policy else policy.rip_account_id

    def _backflush_parked_amount(self):
        """What the ledger should hold for this record, at what inventory carries."""
        self.ensure_one()
        if not self._is_open():
            return ZERO
        product = self.product_id.with_company(self.company_id)
        return self._backflush_due_quantity() * product._backflush_carrying_cost()

    def _set_memo(self):
        """Without suspense the amount is a memo: open quantity at today's cost."""
        amounts = {}
        for error in self:
            product = error.product_id.with_company(error.company_id)
            price = float(product._backflush_carrying_cost())
            amounts[error] = error.quantity_open * price
        self._set_amounts(amounts)
