from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import models

from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting


class Held(NamedTuple):
    """What the ledger holds of one product on one account, before a revaluation.

    :param error: error record, where it is suspense; else empty
    :param quantity: in the product's unit; negative in suspense, a credit
    :param amount: unrounded, debit positive
    """

    policy: Any
    account: Any
    product: Any
    error: Any
    quantity: Decimal
    amount: Decimal

    def change(self, price):
        """What a standard of ``price`` adds."""
        return amount(self.quantity * price) - self.amount


class BackflushPoster(models.AbstractModel):
    """A new standard revalues what the ledger holds."""

    _inherit = "backflush.poster"

    def _post_revaluation(self, standards):
        """Bring inventory and suspense of products to their new standards.

        What the ledger holds is revalued, which is stock on hand less received
        and not billed plus delivered and not invoiced.
        """
        products = standards.product_id
        errors = self._open_records(products)
        by_policy = defaultdict(list)
        for held in self._revalued(products, errors):
            change = held.change(held.product._backflush_carrying_cost())
            source = {"product_id": held.product.id, "error_id": held.error.id}
            by_policy[held.policy].append(
                Posting("revaluation", held.account, change, ZERO, source)
            )
        for policy, posting in self._consigned_revaluations(products):
            by_policy[policy].append(posting)
        for policy, postings in by_policy.items():
            if policy:
                self._post_revaluation_batch(policy, postings, standards)
        self._update_amounts(errors)

    def _open_records(self, products):
        """Error records of the products that may hold an amount in suspense."""
        return self.env["backflush.error"].search(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "in", ("open", "in_process")),
            ]
        )

    def _revalued(self, products, errors):
        """What the ledger holds of ``products``, a :class:`Held` for each."""
        lines = self.env["backflush.posting.line"]
        positions = lines._ledger_positions(self.env.company, products)
        accounts = self.env["account.account"]
        for (product_id, account_id), (quantity, amount_held) in positions.items():
            product = products.browse(product_id)
            yield Held(
                product._backflush_policy(),
                accounts.browse(account_id),
                product,
                errors.browse(),
                exact(quantity),
                exact(amount_held),
            )
        suspense = lines._suspense(errors)
        for error in errors.filtered(lambda e: e.id in suspense):
            quantity, credited = suspense[error.id]
            policy = error.production_id.product_id._backflush_policy()
            yield Held(
                policy,
                policy._parking_account(error.product_id),
                error.product_id,
                error,
                -exact(quantity),
                -exact(credited),
            )

    def _post_revaluation_batch(self, policy, postings, standards):
        """One revaluation entry, dated when the standards become effective."""
        postings = [posting for posting in postings if posting.amount]
        if not postings:
            return
        counter = -sum((posting.amount for posting in postings), ZERO)
        postings.append(
            Posting("counterpart", policy.revaluation_account_id, counter, ZERO, {})
        )
        names = standards.product_id.mapped("display_name")
        entry = self._create_entry(
            policy,
            postings,
            self.env._("New standard: %s", self._summary(names)),
            max(standards.mapped("date_effective")),
        )
        standards.move_id = entry
