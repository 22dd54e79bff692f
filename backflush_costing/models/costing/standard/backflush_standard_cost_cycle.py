import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ....said import Said

_logger = logging.getLogger(__name__)

# The life cycle as data: a pair that is not listed cannot happen.
TRANSITIONS = {
    ("draft", "scheduled"),
    ("draft", "released"),
    ("scheduled", "draft"),
    ("scheduled", "released"),
    ("released", "superseded"),
}


class BackflushStandardCost(models.Model):
    """How a version comes to value stock."""

    _inherit = "backflush.standard.cost"

    def action_release(self, date=None):
        """Let the versions value stock from ``date`` (default: their own, or today).

        Revalues stock, goods billed or received on the way and open error records
        with one entry per company. A future date is scheduled.

        :return: True
        :raises UserError: if a version is not a draft, or its date is before the
            present version's
        """
        self.check_access("write")
        self._check_drafts()
        for cost in self.sudo():
            today = cost._today()
            cost.date_effective = date or max(cost.date_effective or today, today)
            if cost.date_effective < today:
                raise UserError(
                    self.env._(
                        "%s: a standard is effective from today or later. It revalues "
                        "what the ledger holds today.",
                        cost.product_id.display_name,
                    )
                )
        self._check_lines()
        due = self.filtered(lambda cost: cost.date_effective <= cost._today())
        (self - due).sudo()._set_state("scheduled")
        for company, costs in due.sudo().grouped("company_id").items():
            costs.with_company(company)._release()
        return True

    def _today(self):
        """The day that it is in the plant, wherever whoever releases may be."""
        self.ensure_one()
        return self.sudo().company_id._backflush_today()

    def action_unschedule(self):
        """Take scheduled versions back to draft, to be changed or dropped.

        :return: True
        """
        self.check_access("write")
        self.sudo()._set_state("draft")
        self.sudo().released_by_id = False
        return True

    def _check_drafts(self):
        """Only a draft can be released."""
        for cost in self.filtered(lambda c: c.state != "draft"):
            cost._refuse_state("released")

    def _release(self):
        """Supersede, value at the new standard, and post the revaluation."""
        current = self._current(self.product_id)
        for cost in self:
            previous = current.get(cost.product_id, self.browse())
            if previous and previous.date_effective > cost.date_effective:
                raise UserError(
                    self.env._(
                        "%(product)s: the present standard is effective from "
                        "%(date)s; a new one cannot be effective before it.",
                        product=cost.product_id.display_name,
                        date=previous.date_effective,
                    )
                )
            previous._set_state("superseded")
        # Each product's old version steps down before the new one steps up.
        self.flush_model()
        for cost in self:
            cost.conversion_credited = float(cost._credited())
        self._set_state("released")
        self._value_products()

    def _value_products(self):
        """Value the products at these versions, and what the ledger holds of them."""
        for cost in self:
            product = cost.product_id.with_context(backflush_release=Said(True))
            product.standard_price = cost.total
            product.backflush_inventory_cost = cost.inventory_cost
        self.env["backflush.poster"]._post_revaluation(self)

    def _set_state(self, state):
        """Move to ``state`` along a declared transition, or refuse."""
        for cost in self:
            if (cost.state, state) not in TRANSITIONS:
                cost._refuse_state(state)
        self.write({"state": state})

    def _refuse_state(self, state):
        raise UserError(
            self.env._(
                "The standard of %(product)s is %(old)s and cannot become %(new)s.",
                product=self.product_id.display_name,
                old=self.state,
                new=state,
            )
        )

    @api.model
    def _cron_release_due(self):
        """Release the scheduled versions whose date has come, oldest first.

        Each plant has a day of its own.
        """
        tomorrow = fields.Date.today() + timedelta(days=1)
        due = self.search(
            [("state", "=", "scheduled"), ("date_effective", "<=", tomorrow)],
            order="date_effective, id",
        )
        for cost in due.filtered(lambda cost: cost.date_effective <= cost._today()):
            try:
                cost._release_due()
            except UserError as error:
                # A closed period of one plant does not hold up the others.
                _logger.warning("standard cost %s waits: %s", cost.id, error)
            self.env["ir.cron"]._commit_progress(1)

    def _release_due(self):
        """Release one version whose date has come, all of it or nothing.

        What is late is effective from today: until now everything was posted at the
        standard before, and what the ledger holds today is revalued.
        """
        with self.env.cr.savepoint():
            self.date_effective = self._today()
            self.with_company(self.company_id)._release()
