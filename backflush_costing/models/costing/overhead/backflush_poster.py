from odoo import models

from ....engine.numbers import ZERO, amount
from ....engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """Material overhead at the receipt, where that is the trigger point."""

    _inherit = "backflush.poster"

    def _absorbed_postings(self, policy, product, quantity):
        postings = super()._absorbed_postings(policy, product, quantity)
        absorbed = amount(quantity * product._backflush_absorbed_overhead())
        if absorbed:
            account = policy._overhead_account()
            source = {"product_id": product.id, "cost_element": "material_overhead"}
            postings.append(Posting("overhead", account, -absorbed, ZERO, source))
        return postings
