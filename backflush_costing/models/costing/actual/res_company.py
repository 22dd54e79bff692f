from collections import defaultdict
from contextlib import contextmanager

from odoo import models

from ....engine.numbers import ZERO

RESTATING = "backflush_restating"


class ResCompany(models.Model):
    """What products at actual cost should stand at in the ledger."""

    _inherit = "res.company"

    def _backflush_value_positions(self, rows, at_date):
        """Core's value of the stock ± items at their own cost.

        Of a past date the subledger is the witness for the amount: core does not know
        any more what it valued a movement at then. Quantities are counted from stock
        and documents at any date.
        """
        super()._backflush_value_positions(rows, at_date)
        actual = [row for row in rows if row["product"]._backflush_at_actual()]
        if not actual:
            return
        products = self.env["product.product"].union(*(r["product"] for r in actual))
        unbilled = {} if at_date else self._backflush_unbilled_values(products)
        in_process = {} if at_date else self._backflush_in_process_values(products)
        for row in actual:
            if at_date:
                self._backflush_past_position(row)
            else:
                product = row["product"]
                self._backflush_actual_position(
                    row, unbilled[product.id], in_process[product.id]
                )

    def _backflush_actual_position(self, row, unbilled, in_process):
        """Set the values of one row of today."""
        product = row["product"]
        delivered = self._backflush_delivered_value(
            product, row["delivered_not_invoiced"]
        )
        on_hand = product._backflush_actual_value()
        row["values"] = {
            "on_hand": on_hand,
            "received_not_billed": unbilled,
            "delivered_not_invoiced": delivered,
            "in_process": in_process,
        }
        row["expected"] = on_hand - unbilled + delivered + in_process - row["parked"]

    def _backflush_past_position(self, row):
        """Items of a past date at the present cost, stock at what remains."""
        items = {
            name: row[name] * row["price"]
            for name in ("received_not_billed", "delivered_not_invoiced", "in_process")
        }
        row["expected"] = row["booked"]
        on_hand = row["booked"] + items["received_not_billed"]
        on_hand -= items["delivered_not_invoiced"] + items["in_process"]
        row["values"] = {**items, "on_hand": on_hand + row["parked"]}

    def _backflush_in_process_values(self, products):
        """Hook: ``{product id: exact cost}`` issued to orders that are not complete."""
        return defaultdict(lambda: ZERO)

    # -- what becomes known later --------------------------------------------------

    @contextmanager
    def _backflush_restating(self, products, date=None, revaluation=False):
        """Around an event that changes what earlier movements were worth.

        Core values receipts anew when they are billed, also those that were used in
        the meantime: what is then neither in stock nor in the subledger is posted to
        the components' price account, at once.

        :param products: what the event concerns; those at actual cost count
        :param date: accounting date of the entry; today when empty
        :param revaluation: somebody entered a value: post to the revaluation account
        """
        company = self.sudo().with_company(self)
        actual = (
            products.sudo()
            .with_company(self)
            .filtered(lambda product: product._backflush_at_actual())
        )
        outer = self.env.cr.cache.setdefault(RESTATING, set())
        actual = actual.filtered(lambda p: not self._backflush_is_restating(p))
        if not actual:
            yield
            return
        keys = {(self.id, product.id) for product in actual}
        outer |= keys
        try:
            before = company._backflush_gaps(actual)
            yield
        finally:
            outer -= keys
        # Core leaves the average as it was when a movement is edited.
        actual.filtered(lambda p: p.cost_method == "average")._update_standard_price()
        after = company._backflush_gaps(actual)
        changes = {product: after[product] - before[product] for product in actual}
        company._backflush_poster()._post_restated(changes, date, revaluation)

    def _backflush_poster(self):
        """The poster, without what the context of a document says of its journal."""
        kept = ("lang", "tz", "allowed_company_ids")
        context = {k: v for k, v in self.env.context.items() if k in kept}
        env = self.env(su=True, context=context)
        return self.with_env(env).with_company(self).env["backflush.poster"]

    def _backflush_is_restating(self, product):
        """Whether an event that is under way is going to restate ``product``."""
        return (self.id, product.id) in self.env.cr.cache.get(RESTATING, ())

    def _backflush_gaps(self, products):
        """``{product: what the ledger should hold less what the subledger holds}``."""
        self.env.flush_all()
        products.invalidate_recordset()
        rows = self._backflush_positions(products=products)
        return {row["product"]: row["expected"] - row["booked"] for row in rows}
