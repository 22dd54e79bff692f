from odoo import models
from odoo.exceptions import UserError

from ..flush.completion.mrp_production_flush import Report


class MrpProduction(models.Model):
    """What was used of a handling unit for an order."""

    _inherit = "mrp.production"

    def _backflush_check_consumption(self):
        """Refuse what can be no consumption of this order."""
        self.ensure_one()
        if self.state in ("draft", "cancel"):
            raise UserError(
                self.env._(
                    "%(order)s is %(state)s: nothing can be used for it. Confirm it, "
                    "or report the order that the component was used for.",
                    order=self.name,
                    state=self._backflush_state_name(),
                )
            )

    def _backflush_component(self, product, workorder):
        """The planned component that a report about ``product`` belongs to.

        :param workorder: where it was used; its own component wins
        :raises UserError: if nothing of it is consumed as reported
        """
        planned = self.move_raw_ids.filtered(
            lambda m: m.product_id == product and m._backflush_is_reported()
        )
        own = planned.filtered(lambda m: m.workorder_id == workorder)
        if not planned:
            raise UserError(
                self.env._(
                    "%(product)s is not consumed as reported by %(order)s, so a report "
                    "would count it twice, or for nothing. Add it to the order, or set "
                    "its flush method to As reported.",
                    product=product.display_name,
                    order=self.name,
                )
            )
        return (own or planned)[0]

    def _backflush_reported_products(self):
        """Components of this order that are consumed as reported."""
        return self.move_raw_ids.filtered(
            lambda m: m._backflush_is_reported()
        ).product_id

    def _backflush_consume(self, planned, unit, quantity, draws, quants, lot):
        """Issue what was reported as used, park what the unit lacked, confirm it.

        :param planned: the planned component
        :param unit: handling unit that was reported
        :param quantity: used, exact, in the component's unit
        :param draws: ``[(quant id, exact quantity)]`` to issue
        :param quants: the quants that these are of
        :param lot: that was used; empty: nobody said which
        :return: the confirmation
        """
        self.ensure_one()
        is_late = self.state == "done"
        issue = planned._backflush_consumption_line(unit, quantity)
        report = Report(0.0, float(quantity))
        missing = quantity - sum(part for _quant, part in draws)
        if missing:
            report.missing[lot.id] = float(missing)
        if draws:
            issue._backflush_set_draws(draws, quants)
        return self._backflush_confirm_use(planned, issue, report, unit, is_late)

    def _backflush_confirm_use(self, planned, issue, report, unit, is_late):
        """Issue, confirm and park; after the completion the ledger follows.

        :param planned: the planned component
        :param issue: the component line that issues what was used
        :param report: of it, what is missing noted on it
        :param unit: handling unit that was reported; empty: none was
        :param is_late: whether the product had been received before
        :return: the confirmation
        """
        issue.picked = True
        issue.with_context(skip_mo_check=True)._action_done(cancel_backorder=True)
        confirmation = self._backflush_confirm_early(
            "reported",
            {planned: issue},
            {planned: (planned.workorder_id, report.reported)},
            {issue: report},
        )
        confirmation.package_id = unit
        if is_late:
            confirmation._complete_late(planned)
        return confirmation
