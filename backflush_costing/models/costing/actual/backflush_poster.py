from collections import defaultdict
from dataclasses import replace

from odoo import models

from ....engine.numbers import ZERO, amount, exact
from ....engine.posting import Posting

# What is less comes of a movement's value, which is kept in whole cents.
CENT = exact(0.01)


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
        received = any(posting.kind == "finished" for posting in postings)
        if completion.rest == "difference" or (
            received and completion.product._backflush_at_actual()
        ):
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

    def _deviation_amounts(self, completion, standard):
        """A product at actual cost costs what went in, whatever it was used for."""
        if completion.product._backflush_at_actual() and not completion.scrapped:
            return {}
        return super()._deviation_amounts(completion, standard)

    def _variance_postings(self, completion, result):
        """What a product at actual cost does not take is a matter of price."""
        if (
            completion.rest == "difference"
            or not completion.product._backflush_at_actual()
        ):
            return super()._variance_postings(completion, result)
        rest = result.standard + result.usage
        bare = replace(result, standard=ZERO, usage=ZERO)
        postings = super()._variance_postings(completion, bare)
        if rest:
            source = {**completion.links, "product_id": completion.product.id}
            account = completion.policy.price_variance_account_id
            kind = "price" if abs(rest) >= CENT else "rounding"
            postings.append(Posting(kind, account, rest, ZERO, source))
        return postings
