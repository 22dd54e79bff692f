from odoo import models

from ....engine.numbers import ZERO, exact
from ....engine.posting import Posting
from ..cutover_guard import cutting_over


class BackflushPoster(models.AbstractModel):
    """The entry of a cutover: what stood is taken away, what should stand is put."""

    _inherit = "backflush.poster"

    def _post_revaluation(self, standards):
        """A cutover revalues what it moves, in one entry."""
        if cutting_over(self.env):
            return None
        return super()._post_revaluation(standards)

    def _cutover_postings(self, before, after):
        """Postings that lead from one :class:`Books` to the other, without the rest."""
        return [
            *self._held_postings(before.held, after.held),
            *self._parked_postings(before.parked, after.parked),
            *self._received_postings(before.received, after.received),
            *self._outside_postings(before, after),
            *self._rounding_postings(before, after),
        ]

    def _changes(self, before, after):
        """``(key, quantity, amount)`` of what is to be added to ``before``."""
        for key in {**before, **after}:
            old, new = before.get(key, (ZERO, ZERO)), after.get(key, (ZERO, ZERO))
            quantity, value = new[0] - old[0], new[1] - old[1]
            if quantity or value:
                yield key, quantity, value

    def _held_postings(self, before, after):
        """Inventory, product by product."""
        return [
            Posting("opening", account, value, quantity, {"product_id": product.id})
            for (product, account), quantity, value in self._changes(before, after)
        ]

    def _parked_postings(self, before, after):
        """Error records, on suspense or on the account that holds the component."""
        return [
            Posting(
                "suspense",
                account,
                value,
                quantity,
                {
                    "product_id": error.product_id.id,
                    "error_id": error.id,
                    "production_id": error.production_id.id,
                },
            )
            for (error, account), quantity, value in self._changes(before, after)
        ]

    def _received_postings(self, before, after):
        """Goods received, not billed, order line by order line."""
        return [
            Posting(
                "received",
                account,
                value,
                quantity,
                {"product_id": product.id, "purchase_line_id": order_line_id},
            )
            for (product, account, order_line_id), quantity, value in self._changes(
                before, after
            )
        ]

    def _outside_postings(self, before, after):
        """Accounts that Odoo values by itself: no lines of the subledger.

        Where products came from, an account keeps what its other products are worth.
        Where they go to, it gets what Odoo values them at. What an account held before
        a proof looked at it is nobody's.
        """
        postings = []
        new = after.proven - before.proven
        ledger = self.env.company._backflush_ledger_balances(
            new | self._left(before, after)
        )
        booked = self._booked(new)
        for account in new:
            postings.append(self._previous(account, booked[account] - ledger[account]))
        for account in self._left(before, after) - after.proven:
            stays = self._value_on(account)
            postings.append(self._previous(account, stays - ledger[account]))
        for key, (_quantity, value) in after.outside.items():
            if key not in before.outside:
                postings.append(self._previous(key[1], value, key[0]))
        return [posting for posting in postings if posting.amount]

    def _left(self, before, after):
        """Accounts on which products were that a policy costs now."""
        still = {product for product, _account in after.outside}
        return self.env["account.account"].union(
            *(account for p, account in before.outside if p not in still)
        )

    def _previous(self, account, value, product=None):
        """A posting that the subledger does not keep."""
        source = {"product_id": product.id} if product else {}
        return Posting("previous", account, value, ZERO, source)

    def _value_on(self, account):
        """Odoo's value of all products that ``account`` holds now."""
        value = self.env.company.stock_value(None)
        return exact(value.get(account, 0.0))

    def _rounding_postings(self, before, after):
        """Cents stay on no account that no proof looks at any more."""
        left = before.proven - after.proven
        roundings = self.env.company._backflush_roundings(left)
        return [
            Posting("rounding", account, -roundings[account], ZERO, {})
            for account in left
            if roundings[account]
        ]

    def _post_cutover(self, policy, postings, counterpart, reference):
        """One entry; what it differs by goes to ``counterpart``."""
        rest = -sum((posting.amount for posting in postings), ZERO)
        if rest:
            postings = [*postings, Posting("counterpart", counterpart, rest, ZERO, {})]
        if not postings:
            return self.env["account.move"]
        entry = self._create_entry(policy, postings, reference, None, counterpart)
        errors = self.env["backflush.error"].browse(
            {p.source["error_id"] for p in postings if p.source.get("error_id")}
        )
        self._update_amounts(errors)
        errors.filtered(lambda e: not e._backflush_parking_account())._set_memo()
        return entry
