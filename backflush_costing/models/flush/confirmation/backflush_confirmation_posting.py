from collections import defaultdict

from odoo import models

from ....engine.numbers import ZERO, exact, share
from ..completion.stock_move import EARLY_METHODS


class BackflushConfirmation(models.Model):
    """What a confirmation hands to the poster."""

    _inherit = "backflush.confirmation"

    def _post(self):
        """Journalise what is waiting, in one entry per company, journal and date."""
        for company, confirmations in self.grouped("company_id").items():
            confirmations.with_company(company)._post_in_company()
        self.is_posted = True

    def _post_in_company(self):
        """:meth:`_post` for confirmations of the current company."""
        costed = self.filtered(lambda c: c.production_id._backflush_policy())
        standards = self.env["backflush.standard.cost"]._current(costed.product_id)
        completions = [confirmation._completion() for confirmation in costed]
        if completions:
            self.env["backflush.poster"].sudo()._post_completions(completions)
        for confirmation in costed:
            moves = confirmation._moves()
            confirmation.write(
                {
                    "move_id": moves.account_move_id[:1].id,
                    "standard_cost_id": standards.get(
                        confirmation.product_id, self.standard_cost_id.browse()
                    ).id,
                }
            )
        (self - costed).error_ids._set_memo()

    def _moves(self):
        """Done movements between stock and production of this confirmation."""
        order = self.production_id
        raw = order.move_raw_ids & self.line_ids.move_id
        return (raw | order.move_finished_ids).filtered(lambda m: m.state == "done")

    def _absorbed(self):
        """Shares of earlier reports that this completion received the product of."""
        return self.production_id.backflush_share_ids.filtered("date_completed")

    def _completion(self):
        """This confirmation as the poster reads it."""
        early = self._absorbed().confirmation_id
        completion = self.production_id._backflush_completion(
            self._moves() | early.line_ids._early_moves(),
            self.error_ids | early.error_ids,
            self._required(),
            links={"confirmation_id": self.id},
            date=self.date_accounting,
        )
        return completion._replace(parts=self._parts())

    def _parts(self):
        """``{issue or error record: weight}`` of what other orders received too."""
        parts = defaultdict(lambda: ZERO)
        for part in self._absorbed():
            report = part.confirmation_id
            for record in (*report.line_ids._early_moves(), *report.error_ids):
                parts[record] += exact(part.quantity)
        return dict(parts)

    def _required(self):
        """``{component: quantity}`` that the bill of materials asks for in all.

        Of what was issued early it asks for as much as the completed quantity takes.
        """
        required = defaultdict(float)
        for line in self.line_ids._costed():
            required[line._costed_product()] += line.required_quantity
        for part in self._absorbed():
            report = part.confirmation_id
            taken = min(exact(part.quantity), exact(self.quantity))
            for line in report.line_ids._costed():
                quantity = share(
                    exact(line.required_quantity), taken, exact(report.quantity)
                )
                required[line._costed_product()] += float(quantity)
        return dict(required)

    def _completed_part(self, moment=None):
        """``(completed, all)`` reported quantity, taken-back reports left out.

        :param moment: as of this UTC moment; None for now
        """
        done = self.share_ids.filtered(
            lambda part: (
                part.date_completed and (not moment or part.date_completed <= moment)
            )
        )
        completed = sum(map(exact, done.mapped("quantity")), ZERO)
        kept = self.share_ids._kept(moment)
        everything = sum(map(exact, kept.mapped("quantity")), ZERO)
        return completed, everything

    def _is_early(self):
        """Whether components left stock before the product was received."""
        return self.trigger in EARLY_METHODS

    def _is_completion(self):
        """Whether the product was received."""
        return self.trigger == "completion"

    def _due(self, quantity, moment=None):
        """The part of ``quantity`` whose product has been received, exact.

        The rest is in process.
        """
        quantity = exact(quantity)
        if not self or not self._is_early():
            return quantity
        return share(quantity, *self._completed_part(moment))

    def _due_open(self, quantity):
        """The part of an open ``quantity`` whose product is received and not unbuilt.

        An unbuild takes its part of what is open along; the rest belongs to others.
        """
        quantity = exact(quantity)
        if not self or not self._is_early():
            return quantity
        kept = self.share_ids._kept()
        out = {part: part._quantity_out() for part in kept}
        completed = sum((out[p] for p in kept.filtered("date_completed")), ZERO)
        return share(quantity, completed, sum(out.values(), ZERO))
