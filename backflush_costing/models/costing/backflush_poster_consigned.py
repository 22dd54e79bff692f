from odoo import models

from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """What is used of somebody else's stock: consignment payable at standard.

    It never was in an inventory account. The payable follows the standard like
    inventory does, so that a bill settles what it holds for the billed quantity.
    """

    _inherit = "backflush.poster"

    def _move_postings(self, completion, valued, waiting):
        weights = dict(waiting)
        postings = super()._move_postings(completion, valued, waiting)
        for move in completion.moves.filtered("backflush_credits_owner"):
            postings += self._consigned_postings(completion, move, valued, weights)
        return postings

    def _consigned_postings(self, completion, move, valued, weights):
        """Per owner, what is due to him for this move and not posted yet."""
        due = move._backflush_due_consigned()
        held = {
            key[1]: exact(quantity)
            for key, quantity in valued.items()
            if isinstance(key, tuple) and key[0] == move.id
        }
        policy = move.product_id._backflush_policy() or completion.policy
        owners = self.env["res.partner"].browse(list(held)).union(*due)
        postings = []
        for owner in owners:
            known = held.get(owner.id, ZERO)
            quantity = due.get(owner, ZERO) - known
            quantity = completion._part_of(move, quantity, dict(weights))
            if not quantity:
                continue
            valued[move.id, owner.id] = known + quantity
            postings.append(
                Posting(
                    "consigned",
                    policy.consignment_account_id,
                    amount(quantity * move.product_id._backflush_carrying_cost()),
                    quantity,
                    {
                        **completion.links,
                        "product_id": move.product_id.id,
                        "stock_move_id": move.id,
                        "owner_id": owner.id,
                    },
                )
            )
        return postings

    def _consigned_revaluations(self, products):
        """Yield ``(policy, posting)`` that bring what is owed to the new standard."""
        positions = self.env["backflush.posting.line"]._consigned_positions(
            self.env.company, products
        )
        accounts = self.env["account.account"]
        for (product_id, account_id, owner_id), (quantity, held) in positions.items():
            product = products.browse(product_id)
            target = amount(exact(quantity) * product._backflush_carrying_cost())
            yield (
                product._backflush_policy(),
                Posting(
                    "consigned",
                    accounts.browse(account_id),
                    target - exact(held),
                    ZERO,
                    {"product_id": product_id, "owner_id": owner_id},
                ),
            )
