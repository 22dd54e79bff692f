from collections import defaultdict
from typing import NamedTuple

from odoo import models

from ....engine.numbers import ZERO, exact, rounded


class Books(NamedTuple):
    """What stands where, as it is or as it should be; ``(quantity, amount)`` each.

    :param held: ``{(product, account): …}`` on inventory accounts
    :param parked: ``{(error record, account): …}``, credits
    :param received: ``{(product, account, order line id): …}`` received, not billed
    :param outside: ``{(product, account): …}`` of products that Odoo alone values
    :param proven: accounts that a reconciliation looks at
    """

    held: dict
    parked: dict
    received: dict
    outside: dict
    proven: object


class BackflushPoster(models.AbstractModel):
    """What the subledger holds, and what the present set-up asks it to hold."""

    _inherit = "backflush.poster"

    def _read_books(self, products):
        """The subledger of ``products``, and Odoo's value of what it does not hold."""
        company, accounts = self.env.company, self.env["account.account"]
        lines = self.env["backflush.posting.line"].sudo()
        held = {
            (products.browse(product_id), accounts.browse(account_id)): (
                exact(quantity),
                exact(value),
            )
            for (product_id, account_id), (quantity, value) in lines._ledger_positions(
                company, products
            ).items()
            if quantity or value
        }
        parked = self._read_parked(products)
        rows = lines._read_group(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "received"),
                ("product_id", "in", products.ids),
            ],
            ["product_id", "account_id", "purchase_line_id"],
            ["quantity:sum", "amount:sum"],
        )
        received = {
            (product, account, order_line.id): (exact(quantity), exact(value))
            for product, account, order_line, quantity, value in rows
            if quantity or value
        }
        return Books(held, parked, received, self._outside(products), self._proven())

    def _read_parked(self, products):
        """What is parked of ``products``, as components or for making them.

        With records that hold nothing by now: a policy that comes back parks them.
        """
        domain = [
            ("company_id", "=", self.env.company.id),
            ("kind", "in", ("suspense", "revaluation")),
            ("error_id", "!=", False),
            "|",
            ("product_id", "in", products.ids),
            ("error_id.production_id.product_id", "in", products.ids),
        ]
        rows = (
            self.env["backflush.posting.line"]
            .sudo()
            ._read_group(
                domain, ["error_id", "account_id"], ["quantity:sum", "amount:sum"]
            )
        )
        return {
            (error, account): (exact(quantity), exact(value))
            for error, account, quantity, value in rows
        }

    def _outside(self, products):
        """Odoo's value of those that no policy costs, on the account that holds it."""
        return {
            (product, product._get_product_accounts()["stock_valuation"]): (
                exact(product.qty_available),
                exact(product.total_value),
            )
            for product in products.with_company(self.env.company)
            if not product._backflush_policy()
        }

    def _proven(self):
        """Accounts of the company on which the reconciliation has a line."""
        company = self.env.company
        products = company._backflush_products()
        policies = self.env["backflush.costing.policy"].search(
            [("company_id", "=", company.id)]
        )
        return products._backflush_inventory_accounts() | (
            policies.filtered(
                lambda policy: policy._is_costed() and policy._triggers().suspense
            ).suspense_account_id
        )

    def _due_books(self, products, before):
        """What the subledger should hold of ``products`` under the present set-up.

        :param before: the :class:`Books` until now; only what was parked under a
            policy once is parked again
        """
        rows = {row["product"]: row for row in self.env.company._backflush_positions()}
        rows = {product: rows[product] for product in products if product in rows}
        held = {
            (product, row["account"]): (
                self._due_quantity(row),
                row["expected"] + row["parked"],
            )
            for product, row in rows.items()
        }
        return Books(
            {key: pair for key, pair in held.items() if any(pair)},
            self._due_parked(before),
            self._due_received(rows, before),
            self._outside(products),
            self._proven(),
        )

    def _due_quantity(self, row):
        """The quantity behind the expected value of a position."""
        return (
            row["on_hand"]
            - row["received_not_billed"]
            + row["delivered_not_invoiced"]
            + row["in_process"]
        )

    def _due_parked(self, before):
        """Open records on the account that parks them now; memos hold nothing."""
        due = {}
        for error in {error: None for error, _account in before.parked}:
            account = error._backflush_parking_account()
            if account and error._is_open():
                quantity = error._backflush_due_quantity()
                due[error, account] = (-quantity, -error._backflush_parked_amount())
        return due

    def _due_received(self, rows, before):
        """What stands as received and not billed, on the account that settles it now.

        As it stood; what no account held so far stands at what inventory carries.
        """
        due = defaultdict(lambda: (ZERO, ZERO))
        held = defaultdict(lambda: ZERO)
        step = exact(self.env.company.currency_id.rounding)
        for (product, _account, order_line_id), pair in before.received.items():
            account = product._backflush_receipt_policy().received_not_billed_account_id
            if account:
                due[product, account, order_line_id] = pair
                held[product] += pair[0]
        for product, row in rows.items():
            account = product._backflush_receipt_policy().received_not_billed_account_id
            quantity = -row["unbilled"] - held[product]
            if account and quantity:
                old = due[product, account, False]
                value = rounded(quantity * row["price"], step)
                due[product, account, False] = (old[0] + quantity, old[1] + value)
        return dict(due)
