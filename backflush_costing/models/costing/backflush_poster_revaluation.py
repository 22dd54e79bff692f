from collections import defaultdict

from odoo import models

from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """A new standard revalues what the ledger holds."""

    _inherit = "backflush.poster"

    def _post_revaluation(self, standards):
        """Bring inventory and suspense of products to their new standards.

        What the ledger holds is revalued, which is stock on hand less received
        and not billed plus delivered and not invoiced.
        """
        lines = self.env["backflush.posting.line"]
        by_policy = defaultdict(list)
        products = standards.product_id
        positions = lines._ledger_positions(self.env.company, products)
        for (product_id, account_id), (quantity, held) in positions.items():
            product = products.browse(product_id)
            policy = product._backflush_policy()
            target = amount(exact(quantity) * product._backflush_carrying_cost())
            by_policy[policy].append(
                self._revaluation(account_id, target - exact(held), product)
            )
        errors = self.env["backflush.error"].search(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "in", ("open", "in_process")),
            ]
        )
        for policy, posting in self._suspense_revaluations(errors):
            by_policy[policy].append(posting)
        for policy, posting in self._consigned_revaluations(products):
            by_policy[policy].append(posting)
        for policy, postings in by_policy.items():
            if policy:
                self._post_revaluation_batch(policy, postings, standards)
        self._update_amounts(errors)

    def _revaluation(self, account_id, value, product, error=None):
        account = self.env["account.account"].browse(account_id)
        source = {"product_id": product.id, "error_id": error.id if error else False}
        return Posting("revaluation", account, value, ZERO, source)

    def _suspense_revaluations(self, errors):
        """``(policy, posting)`` for each open record held at another standard."""
        held = self.env["backflush.posting.line"]._suspense(errors)
        for error in errors.filtered(lambda e: e.id in held):
            quantity, credited = held[error.id]
            policy = error.production_id.product_id._backflush_policy()
            product = error.product_id
            target = amount(exact(quantity) * product._backflush_carrying_cost())
            yield (
                policy,
                self._revaluation(
                    policy._parking_account(product).id,
                    exact(credited) - target,
                    product,
                    error,
                ),
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
