from collections import defaultdict

from odoo import models

from ....engine.numbers import ZERO, amount
from ....engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """What becomes known about a cost after goods have left inventory at another."""

    _inherit = "backflush.poster"

    def _post_restated(self, changes, date=None, revaluation=False):
        """Post what an event brought to light, against the components' price account.

        :param changes: ``{product: amount that inventory has to gain}``, exact
        :param date: accounting date; today when empty
        :param revaluation: against the revaluation account instead
        """
        batches = defaultdict(list)
        for product, change in changes.items():
            change = amount(change)
            if change:
                policy = product._backflush_policy()
                batches[policy].append((product, change))
        for policy, rows in batches.items():
            postings = [
                posting
                for product, change in rows
                for posting in self._restated_postings(product, change, revaluation)
            ]
            names = [product.display_name for product, _change in rows]
            reference = self.env._("Cost known later: %s", self._summary(names))
            self._create_entry(policy, postings, reference, date)

    def _restated_postings(self, product, change, revaluation):
        """Both sides of one product's change."""
        policy = product._backflush_policy()
        source = {"product_id": product.id}
        held = product._get_product_accounts()["stock_valuation"]
        kind, account = "price", policy.price_variance_account_id
        if revaluation:
            kind, account = "counterpart", policy.revaluation_account_id
        return [
            Posting("restated", held, change, ZERO, source),
            Posting(kind, account, -change, ZERO, source),
        ]
