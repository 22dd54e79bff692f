from odoo import models

from ....engine.numbers import ZERO, exact, rounded
from ....engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """The opening entry of a policy whose purchases are posted at the receipt."""

    _inherit = "backflush.poster"

    def _opening_accounts(self, policy):
        accounts = super()._opening_accounts(policy)
        if policy._posts_receipts():
            accounts |= policy.received_not_billed_account_id
        return accounts

    def _opening_postings(self, policy, positions):
        """What is received and not billed already stands at what a bill is expected
        to be: what inventory carries, less the material overhead that is absorbed.

        Without its order: the next bill or receipt of the product settles it, and the
        difference to its price is price variance, as it was at the bill.
        """
        postings = super()._opening_postings(policy, positions)
        rows = [
            row
            for row in positions
            if row["product"]._backflush_receipt_policy() == policy
        ]
        products = self.env["product.product"].union(*(row["product"] for row in rows))
        standings = self._read_standings(products)
        step = exact(policy.currency_id.rounding)
        for row in rows:
            held = standings[row["product"].id].values()
            quantity = -row["unbilled"] - sum((s.quantity for s in held), ZERO)
            if quantity:
                postings.append(
                    Posting(
                        "received",
                        policy.received_not_billed_account_id,
                        rounded(
                            quantity
                            * (
                                row["price"]
                                - row["product"]._backflush_absorbed_overhead()
                            ),
                            step,
                        ),
                        quantity,
                        {"product_id": row["product"].id},
                    )
                )
        return postings
