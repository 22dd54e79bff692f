from odoo import Command, models
from odoo.tools.misc import clean_context

from ...engine.posting import journal


class BackflushPoster(models.AbstractModel):
    """Journal entries, and their lines in the subledger."""

    _inherit = "backflush.poster"

    def _create_entry(
        self, policy, postings, reference, date=None, residual=None, analytic=None
    ):
        """Write, post and record one journal entry; return it.

        :param residual: account that takes the cent of rounding; the usage variance
            where not given
        :param analytic: ``{account: analytic distribution}`` of its items
        """
        company, currency = policy.company_id, policy.company_id.currency_id
        date = date or company._backflush_today()
        company._backflush_check_period(date, policy._journal(), reference)
        balances, roundings = journal(
            postings,
            currency.rounding,
            residual or policy.usage_variance_account_id,
        )
        entry = self.env["account.move"]
        if balances:
            items = self._entry_items(balances, reference, analytic or {})
            vals = {
                "move_type": "entry",
                "journal_id": policy._journal().id,
                "date": date,
                "ref": reference,
                "line_ids": items,
            }
            # Whoever made the document may have had defaults for his own records.
            context = clean_context(self.env.context)
            entry = entry.sudo().with_context(context, backflush_posting=True)
            entry = entry.create(vals)
            entry._post(soft=False)
        self._record(company, entry, date, [*postings, *roundings])
        return entry

    def _entry_items(self, balances, reference, analytic):
        """Commands that create the journal items of ``{account: balance}``."""
        return [
            Command.create(
                {
                    "account_id": account.id,
                    "name": reference,
                    "balance": float(balance),
                    "analytic_distribution": analytic.get(account),
                }
            )
            for account, balance in balances.items()
        ]

    def _record(self, company, entry, date, postings):
        """Write the subledger lines of an entry."""
        items = {line.account_id: line.id for line in entry.line_ids}
        return (
            self.env["backflush.posting.line"]
            .sudo()
            .create(
                [
                    {
                        **(posting.source or {}),
                        "company_id": company.id,
                        "date": date,
                        "kind": posting.kind,
                        "account_id": posting.account.id,
                        "quantity": float(posting.quantity),
                        "amount": float(posting.amount),
                        "move_id": entry.id,
                        "move_line_id": items.get(posting.account, False),
                    }
                    for posting in postings
                    if posting.kind != "previous"
                ]
            )
        )
