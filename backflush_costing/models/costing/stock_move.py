from odoo import models

from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting
from .cost_day import on_day


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_signed_quantity(self):
        """Quantity that entered (+) or left (-) valued stock, in the product's unit."""
        self.ensure_one()
        if self.state != "done":
            return 0.0
        if self.is_in:
            return self._get_valued_qty()
        return -self._get_valued_qty() if self.is_out else 0.0

    def _backflush_due_quantity(self):
        """Hook: signed quantity that the ledger should hold for this move, exact.

        A room above that issues before the product is received answers with less:
        the rest is in process.
        """
        return exact(self._backflush_signed_quantity())

    def _backflush_posting_cost(self):
        """Hook: what the ledger moves one unit of this move at, exact."""
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        return product._backflush_carrying_cost()

    def _should_create_account_move(self):
        """Between stock and production the poster writes the entry."""
        if self._backflush_is_posted_apart():
            return False
        return super()._should_create_account_move()

    def _get_aml_value(self):
        """Counts and scrap take out what inventory carries, not the full standard.

        Of a day that is over they take out what it carried then.
        """
        product = self.product_id.with_company(self.company_id)
        is_late = (
            bool(product._backflush_policy())
            and not product._backflush_at_actual()
            and bool(product._backflush_version_of_day())
        )
        if product._backflush_policy()._capitalises() and not is_late:
            return super()._get_aml_value()
        quantity = abs(exact(self._backflush_signed_quantity()))
        value = quantity * product._backflush_carrying_cost()
        return self.company_id.currency_id.round(float(value))

    def _backflush_is_posted_apart(self):
        """Whether this move is covered by the poster: a production move of a policy."""
        if "production" not in (self.location_id.usage, self.location_dest_id.usage):
            return False
        finished = self._backflush_finished_product()
        return bool(
            finished and finished.with_company(self.company_id)._backflush_policy()
        )

    def _backflush_finished_product(self):
        """The product whose making or unmaking this move belongs to."""
        issue = self.origin_returned_move_id
        production = self.production_id or self.raw_material_production_id
        return (
            production.product_id
            or self.unbuild_id.product_id
            or issue.raw_material_production_id.product_id
        )

    def _backflush_is_recorded(self):
        """Whether the subledger holds this move: it was posted by the poster.

        The entry does not tell: what core posted before the policy has one, and a
        completion whose accounts cancel out has none.
        """
        lines = self.env["backflush.posting.line"].sudo()
        return bool(lines.search_count([("stock_move_id", "=", self.id)], limit=1))

    def _backflush_is_output(self):
        """Whether this is the product's side of making or unmaking it.

        Core hangs both sides of an unbuild on the same field; the product is
        what goes back into production.
        """
        if self.unbuild_id:
            return self.location_dest_id.usage == "production"
        return bool(self.production_id)

    def _create_account_move(self):
        """Record counts and scrap in the subledger, product by product.

        Odoo dates their entry by the user's day, and moves it silently where that day
        is locked.
        """
        moves = self._backflush_on_its_day()
        entry = super(StockMove, moves)._create_account_move()
        if entry:
            self._backflush_post_today(entry)
            recorded = moves.filtered(lambda m: m.account_move_id == entry)
            recorded._backflush_record(entry)
        return entry

    def _backflush_post_today(self, entry):
        """Where the plant's day has begun and the user's has not, Odoo waits for it."""
        company = entry.company_id
        if entry.state != "draft" or not company._backflush_is_costed():
            return
        if entry.date <= company._backflush_today():
            entry.auto_post = "no"
            entry._post(soft=False)

    def _backflush_on_its_day(self):
        """These moves, to be journalised on the plant's day of what happened.

        :raises PeriodClosedError: if that day is locked
        """
        costed = self.filtered(
            lambda m: (
                m._should_create_account_move()
                and m.product_id.with_company(m.company_id)._backflush_policy()
            )
        )
        if not costed:
            return self
        company, move = costed.company_id, costed[0]
        date = move._backflush_accounting_date()
        journal = company.sudo().account_stock_journal_id
        company._backflush_check_period(date, journal, move.reference)
        moves = self.with_context(force_period_date=date)
        is_late = company._backflush_released_since(date)
        return on_day(moves, date) if is_late else moves

    def _backflush_record(self, entry):
        """Write what core's stock entry did on inventory accounts under a policy."""
        postings = []
        for move in self:
            product = move.product_id.with_company(move.company_id)
            if product._backflush_policy():
                postings += move._backflush_stock_postings(product)
        if postings:
            self.env["backflush.poster"].sudo()._record(
                entry.company_id, entry, entry.date, postings
            )

    def _backflush_stock_postings(self, product):
        """The inventory side of a count or scrap, at standard, with its rounding."""
        account = product._get_product_accounts()["stock_valuation"]
        quantity = exact(self._backflush_signed_quantity())
        value = amount(quantity * self._backflush_posting_cost())
        source = {"product_id": product.id, "stock_move_id": self.id}
        posted = exact(self._get_aml_value()) * (1 if quantity > 0 else -1)
        postings = [Posting("stock", account, value, quantity, source)]
        if posted != value:
            postings.append(Posting("rounding", account, posted - value, ZERO, source))
        return postings
