from odoo import models

from ....engine.numbers import ZERO, exact


class BackflushStandardCost(models.Model):
    _inherit = "backflush.standard.cost"

    def _revaluation_preview(self):
        """Values of one row for each product and account that a release revalues.

        What was issued to orders that are not complete is shown apart, at its share
        of the account.
        """
        poster = self.env["backflush.poster"]
        products = self.product_id
        prices = {v.product_id: exact(v.material) + v._credited() for v in self}
        in_process = self.env.company._backflush_in_process(products, None)
        rows = []
        for held in poster._revalued(products, poster._open_records(products)):
            if not held.policy:
                continue
            price = prices[held.product]
            issued = ZERO if held.error else exact(in_process[held.product.id])
            if issued:
                now = issued * held.product._backflush_carrying_cost()
                part = held._replace(quantity=issued, amount=now)
                rows.append(self._preview_vals("in_process", part, price))
                held = held._replace(
                    quantity=held.quantity - issued, amount=held.amount - now
                )
            kind = "suspense" if held.error else "stock"
            if held.quantity or held.amount:
                rows.append(self._preview_vals(kind, held, price))
        return rows

    def _preview_vals(self, kind, held, price):
        """Values of one row of the preview."""
        change = held.change(price)
        return {
            "kind": kind,
            "product_id": held.product.id,
            "account_id": held.account.id,
            "quantity": float(held.quantity),
            "currency_id": self.env.company.currency_id.id,
            "present_amount": float(held.amount),
            "new_amount": float(held.amount + change),
            "difference": float(change),
        }
