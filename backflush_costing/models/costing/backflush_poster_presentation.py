from odoo import models

from ...engine.numbers import ZERO
from ...engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """Expenses by nature: the same postings, and material expense beside them."""

    _inherit = "backflush.poster"

    def _presentation_postings(self, completion, postings, result, lost):
        """What an income statement by nature adds to a document; empty by function.

        :param postings: what leaves and enters inventory and suspense
        :param result: the document's :class:`Variances`
        :param lost: conversion of scrapped pieces, a part of ``result.scrap``
        """
        policy = completion.policy
        if not policy._by_nature():
            return []
        making = policy._making_account()
        pairs = [(making, policy.scrap_variance_account_id, lost)]
        if policy._triggers().completion:
            used = self._used_material(completion, postings, result, lost)
            pairs.append((policy.material_expense_account_id, making, used))
        source = {**completion.links, "product_id": completion.product.id}
        return [
            Posting("nature", account, value, ZERO, source)
            for debit, credit, amount in pairs
            for account, value in ((debit, amount), (credit, -amount))
            if amount
        ]

    def _used_material(self, completion, postings, result, lost):
        """Purchased material that went into products, variances left out.

        Those have accounts of their own; own products that went in reduce inventories
        and are no material.
        """
        taken = [posting for posting in postings if posting.kind != "finished"]
        whole = -sum((posting.amount for posting in taken), ZERO)
        variance = result.usage + result.scrap + result.substitution - lost
        return whole - variance - self._used_products(completion, postings, taken)

    def _used_products(self, completion, postings, taken):
        """Of what went in, own products: as asked for, else as taken."""
        if completion.required is not None and len(taken) < len(postings):
            asked = completion.required
            products = self.env["product.product"].union(*asked)
            made = products._backflush_made()
            return self._at_standard({p: n for p, n in asked.items() if p in made})
        if len(taken) == len(postings):
            return ZERO
        products = self.env["product.product"].browse(
            {posting.source["product_id"] for posting in taken}
        )
        made = set(products._backflush_made().ids)
        return -sum(
            (p.amount for p in taken if p.source["product_id"] in made),
            ZERO,
        )
