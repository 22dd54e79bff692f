from collections import defaultdict

from odoo import models

from ....engine.numbers import ZERO, amount
from ....engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """Input price: components at actual cost under a product at standard."""

    _inherit = "backflush.poster"

    def _price_postings(self, completion, postings, standard):
        """What each component cost more than the product's standard holds for it.

        Working off at another cost than it was parked at comes out of the same
        arithmetic: the issue counts with its cost, what is released of suspense with
        what it was parked at. Stock that was never recorded is no matter of price.
        """
        prices = super()._price_postings(completion, postings, standard)
        if completion.rest == "difference":
            return prices
        totals = defaultdict(lambda: ZERO)
        products = self.env["product.product"]
        for posting in postings:
            if posting.kind in ("component", "suspense"):
                product = products.browse(posting.source["product_id"])
                if product._backflush_at_actual():
                    reference = product._backflush_reference_cost(standard)
                    totals[product] += posting.quantity * reference - posting.amount
        return prices + [
            Posting(
                "price",
                product._backflush_policy().price_variance_account_id,
                amount(total),
                ZERO,
                {**completion.links, "product_id": product.id},
            )
            for product, total in totals.items()
            if amount(total)
        ]
