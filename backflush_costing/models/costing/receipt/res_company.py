from collections import defaultdict

from odoo import models

from ....engine.numbers import ZERO


class ResCompany(models.Model):
    """What purchases that are posted at the receipt mean for the proof."""

    _inherit = "res.company"

    def _backflush_unbilled(self, products, at_date=None):
        """``{product id: received less billed}`` by stock and documents.

        Nothing here looks at the subledger or at an account.
        """
        moment = self._backflush_end_of_day(at_date) if at_date else None
        flows = self._backflush_partner_flows(products, moment)
        documents = self._backflush_documents(products, at_date)
        return defaultdict(
            lambda: ZERO, {p.id: flows[p.id][0] - documents[p.id][0] for p in products}
        )

    def _backflush_position(self, product, *args):
        """What is received is in the ledger, billed or not.

        Adds ``unbilled`` to the row: the quantity that another account holds.
        """
        row = super()._backflush_position(product, *args)
        row["unbilled"] = ZERO
        if product._backflush_receipt_policy():
            unbilled = row["received_not_billed"]
            row.update(
                received_not_billed=ZERO,
                unbilled=unbilled,
                expected=row["expected"] + unbilled * row["price"],
                missing_quantity=row["missing_quantity"] + unbilled,
            )
        return row
