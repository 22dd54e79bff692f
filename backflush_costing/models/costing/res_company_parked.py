from collections import defaultdict

from odoo import models

from ...engine.numbers import ZERO, exact


class ResCompany(models.Model):
    """What is parked on inventory accounts, where no suspense account is."""

    _inherit = "res.company"

    def _backflush_parked(self, accounts, at_date=None):
        """``{product: amount}`` credited to ``accounts`` for components not issued.

        Today's records count with their open quantity at what inventory carries,
        apart from what the subledger says; at a past date the subledger is the
        witness.

        :param accounts: inventory accounts; what suspense accounts hold is not here
        """
        self.ensure_one()
        domain = [
            ("company_id", "=", self.id),
            ("account_id", "in", accounts.ids),
            ("error_id", "!=", False),
        ]
        if at_date:
            domain.append(("date", "<=", at_date))
        rows = (
            self.env["backflush.posting.line"]
            .sudo()
            ._read_group(domain, ["error_id"], ["amount:sum"])
        )
        parked = defaultdict(lambda: ZERO)
        for error, total in rows:
            product = error.product_id.with_company(self)
            if not at_date and error._backflush_parking_account() not in accounts:
                # A cutover has moved it since.
                continue
            parked[product] += (
                -exact(total) if at_date else error._backflush_parked_amount()
            )
        return parked
