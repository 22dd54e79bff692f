from collections import defaultdict

from odoo import models

from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting


class BackflushPoster(models.AbstractModel):
    """Stock that is there already gets its opening entry."""

    _inherit = "backflush.poster"

    def _post_opening(self, policy, counterpart, positions, date):
        """Post what separates ledger and stock today as the opening entry."""
        balances = defaultdict(lambda: ZERO)
        accounts = self._opening_accounts(policy)
        postings = self._opening_postings(policy, positions)
        ledger = policy.company_id._backflush_ledger_balances(accounts)
        booked = self._booked(accounts)
        for account in accounts:
            balances[account] = ledger[account] - booked[account]
        return self._post_opening_entry(policy, counterpart, postings, balances, date)

    def _opening_accounts(self, policy):
        """Hook: the accounts of ``policy`` that the opening explains."""
        return policy._inventory_accounts()

    def _opening_postings(self, policy, positions):
        """Hook: what separates stock and subledger, product by product."""
        postings = []
        inventory = policy._inventory_accounts()
        for row in positions:
            # What is parked on the account has lines of its own, record by record.
            value = amount(row["expected"] + row["parked"] - row["booked"])
            if row["account"] in inventory and (value or row["missing_quantity"]):
                postings.append(
                    Posting(
                        "opening",
                        row["account"],
                        value,
                        row["missing_quantity"],
                        {"product_id": row["product"].id},
                    )
                )
        return postings

    def _booked(self, accounts):
        """``{account: amount}`` that the subledger explains."""
        rows = self.env["backflush.posting.line"]._read_group(
            [("account_id", "in", accounts.ids)], ["account_id"], ["amount:sum"]
        )
        return defaultdict(lambda: ZERO, {a: exact(total) for a, total in rows})

    def _post_opening_entry(self, policy, counterpart, postings, balances, date):
        """Replace unexplained balances by the explained opening postings."""
        old = [
            Posting("previous", account, -balance, ZERO, {})
            for account, balance in balances.items()
            if balance
        ]
        if not postings and not old:
            return self.env["account.move"]
        total = sum((posting.amount for posting in [*postings, *old]), ZERO)
        postings = [
            *postings,
            *old,
            Posting("counterpart", counterpart, -total, ZERO, {}),
        ]
        return self._create_entry(
            policy, postings, self.env._("Opening stock: %s", policy.name), date
        )
