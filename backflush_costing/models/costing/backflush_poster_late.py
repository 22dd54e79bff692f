from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from odoo import models

from ...engine.numbers import ZERO, exact
from ...engine.posting import Posting
from ...engine.validity import revaluations, since
from .backflush_poster import NEGLIGIBLE
from .backflush_posting_line import INVENTORY_KINDS
from .cutover_guard import cutting_over

# Whose amount is a quantity at what inventory carries, and by what it is revalued.
AT_STANDARD = {
    **dict.fromkeys(set(INVENTORY_KINDS) - {"opening", "restated"}, "revaluation"),
    "suspense": "revaluation",
    "consigned": "consigned",
}


class Late(NamedTuple):
    """What is added to the ledger, or taken from it, on a day that is over.

    :param kind: of the line of the subledger that revalues it
    :param source: what that line is linked to: product, and error record or owner
    :param quantity: in the product's unit, signed
    :param amount: what was booked for it, debit positive
    """

    day: date
    kind: str
    account: Any
    source: dict
    quantity: Decimal
    amount: Decimal

    def revalued(self, versions):
        """``[(day, posting)]`` by which the amount follows the standards.

        :param versions: ``[(day, price)]`` of the product's standards
        """
        steps = since(versions, self.day)
        return [
            (day, Posting(self.kind, self.account, value, ZERO, self.source))
            for day, value in revaluations(self.quantity, self.amount, steps)
            if abs(value) > NEGLIGIBLE
        ]


class BackflushPoster(models.AbstractModel):
    """What is posted, or drafted, on a day before the present standard.

    A release revalues what the ledger holds at that moment. A bill of the month before
    that comes after it, a report that was late, or an invoice that goes back to draft,
    changes what the ledger held then. So each is worth the standard of its own day, and
    is revalued on the day of each release since: every day explains itself, and today
    inventory is at today's standard.
    """

    _inherit = "backflush.poster"

    def _post_completions(self, completions):
        """A report that was late is posted as it would have been on its day."""
        dates = {completion.date for completion in completions}
        late = {d for d in dates if self.env.company._backflush_released_since(d)}
        return super()._post_completions(
            [c._on_its_day() if c.date in late else c for c in completions]
        )

    def _completion_postings(self, completion, valued, suspense, standard, waiting):
        standard = completion.product._backflush_version_of_day() or standard
        return super()._completion_postings(
            completion, valued, suspense, standard, waiting
        )

    def _record(self, company, entry, date, postings):
        lines = super()._record(company, entry, date, postings)
        if company._backflush_released_since(date) and not cutting_over(self.env):
            self._revalue_late(company, entry, self._late_postings(date, postings))
        return lines

    def _late_postings(self, day, postings):
        """What of ``postings`` is at a standard."""
        return [
            Late(day, AT_STANDARD[p.kind], p.account, p.source, p.quantity, p.amount)
            for p in postings
            if p.kind in AT_STANDARD and p.quantity
        ]

    def _revalue_forgotten(self, entry, lines):
        """A document is a draft again, and its lines of the subledger go.

        What releases have revalued of it goes with them.
        """
        for company, some in lines.grouped("company_id").items():
            changes = [
                Late(
                    line.date,
                    AT_STANDARD[line.kind],
                    line.account_id,
                    {"product_id": line.product_id.id, "owner_id": line.owner_id.id},
                    -exact(line.quantity),
                    -exact(line.amount),
                )
                for line in some
                if line.kind in AT_STANDARD and line.quantity
            ]
            self.with_company(company)._revalue_late(company, entry, changes)

    def _revalue_late(self, company, entry, changes):
        """Post what takes ``changes`` from one standard to the next, day by day."""
        prices = self._standard_prices(company, changes) if changes else {}
        batches = defaultdict(list)
        for late in changes:
            policy, steps = prices.get(late.source["product_id"], (None, []))
            for day, posting in late.revalued(steps):
                batches[policy, day].append(posting)
        for (policy, day), postings in sorted(
            batches.items(), key=lambda batch: batch[0][1]
        ):
            self._post_late(policy, day, postings, entry)

    def _standard_prices(self, company, changes):
        """``{product id: (policy, [(day, price)])}`` of what is carried at a standard.

        :return: of each product what one unit was carried at, from which day on
        """
        products = self.env["product.product"].with_company(company)
        products = products.browse({late.source["product_id"] for late in changes})
        products = products.filtered(
            lambda p: p._backflush_policy() and not p._backflush_at_actual()
        )
        return {
            product.id: (
                product._backflush_policy(),
                [(day, product._backflush_carried(v, None)) for day, v in versions],
            )
            for product, versions in products._backflush_standards_by_day().items()
        }

    def _post_late(self, policy, day, postings, entry):
        """One entry of one day, against revaluation."""
        total = sum((posting.amount for posting in postings), ZERO)
        account = policy.revaluation_account_id
        counterpart = Posting("counterpart", account, -total, ZERO, {})
        self._create_entry(
            policy,
            [*postings, counterpart],
            self._late_reference(entry),
            day,
        )

    def _late_reference(self, entry):
        """What the items of such an entry say."""
        names = entry.filtered("ref").mapped("ref") or entry.mapped("name")
        if not names or not names[0]:
            return self.env._("At the standard of the day")
        return self.env._("%s at the standard of its day", names[0])
