from odoo import Command, models
from odoo.exceptions import UserError

from ...engine.numbers import exact
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

    def _backflush_consume(self, planned, unit, quantity, draws, quants):
        """Issue what was reported as used, park what the unit lacked, confirm it.

        :param planned: the planned component
        :param unit: handling unit that was reported
        :param quantity: used, exact, in the component's unit
        :param draws: ``[(quant id, exact quantity)]`` to issue
        :param quants: the quants that these are of
        :return: the confirmation
        """
        self.ensure_one()
        is_late = self.state == "done"
        issue = planned._backflush_consumption_line(unit, quantity)
        report = Report(0.0, float(quantity))
        missing = quantity - sum(part for _quant, part in draws)
        if missing:
            report.missing[False] = float(missing)
        if draws:
            issue._backflush_set_draws(draws, quants)
        issue.picked = True
        issue.with_context(skip_mo_check=True)._action_done(cancel_backorder=True)
        confirmation = self._backflush_confirm_early(
            "reported",
            {planned: issue},
            {planned: (planned.workorder_id, float(quantity))},
            {issue: report},
        )
        confirmation.package_id = unit
        if is_late:
            confirmation._complete_late(planned)
        return confirmation


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_consumption_line(self, unit, quantity):
        """The component line that issues what was reported beside this planned one."""
        own = self.product_id.uom_id
        place = unit._backflush_stock(self.product_id).location_id[:1]
        issue = self.create(
            {
                **self._backflush_early_vals(float(quantity)),
                "location_id": (place or self.location_id).id,
                "product_uom": own.id,
                "backflush_unit_id": unit.id,
            }
        )
        issue._action_confirm(merge=False, create_proc=False)
        return issue


class BackflushConfirmation(models.Model):
    _inherit = "backflush.confirmation"

    def _complete_late(self, planned):
        """The product was received before this report arrived: the ledger follows.

        What the completion parked as not reported has been reported now.
        """
        order = self.production_id
        completion = order.backflush_confirmation_ids.filtered(
            lambda c: c._is_completion()
        )[:1]
        self.share_ids.date_completed = completion.date_event or self.date_event
        self._close(self.share_ids.date_completed)
        waiting = self._report_after_all(completion, planned)
        order._backflush_link_early_issues()
        self._post_late(waiting | self.error_ids)

    def _report_after_all(self, completion, planned):
        """Work off what waited for this report; return those error records."""
        line = completion.line_ids.filtered(lambda own: own._is_of(planned))[:1]
        line.reported_quantity += self.quantity
        waiting = line.error_ids.filtered(
            lambda e: e._is_open() and e._waits_for_report()
        )
        waiting._report_after_all(exact(self.quantity))
        return waiting

    def _post_late(self, errors):
        """Let the ledger follow a report whose product has been received."""
        order = self.production_id
        if not order._backflush_policy():
            errors._set_memo()
            return
        completion = order._backflush_completion(
            self.line_ids._early_moves(),
            errors,
            {},
            links={"confirmation_id": self.id},
        )
        poster = self.env["backflush.poster"].sudo().with_company(self.company_id)
        poster._post_completions([completion])


class BackflushConfirmationLine(models.Model):
    _inherit = "backflush.confirmation.line"

    def _unit_lines(self, unit):
        """Done lines of these issues out of ``unit``, and back into it."""
        lines = self.move_ids.move_line_ids.filtered(lambda own: own.state == "done")
        return lines.filtered(
            lambda own: unit in (own.package_id | own.result_package_id)
        )

    def _issued_from(self, unit):
        """What these issues took out of ``unit``, returns deducted, exact."""
        return exact(
            sum(
                own.quantity_product_uom * (1 if own.package_id == unit else -1)
                for own in self._unit_lines(unit)
            )
        )

    def _open_in(self, unit):
        """Open error records about what ``unit`` lacked for these."""
        return self.error_ids.filtered(
            lambda e: (
                e._is_open()
                and e.package_id == unit
                and e.cause == "handling_unit_empty"
            )
        )

    def _give_back(self, unit, quantity):
        """Bring ``quantity`` back into ``unit``: others had used it before.

        What was used for this order was not in the unit any more: it waits.
        """
        moves = self.env["stock.move"]
        for issue in self._early_moves().filtered(lambda m: m._backflush_is_issue()):
            left = {
                own: number
                for own, number in issue._backflush_left_by_line().items()
                if own.package_id == unit
            }
            taken = issue._backflush_take(quantity, left)
            if taken:
                quantity -= sum(exact(number) for _own, number in taken)
                moves |= issue._backflush_return(taken)
        moves._backflush_finish_return()
        moves.backflush_confirmation_line_id = self
        for lot, same in moves.move_line_ids.grouped("lot_id").items():
            number = sum(same.mapped("quantity_product_uom"))
            vals = self._error_vals(number, lot.id)
            self.error_ids = [Command.create(vals)]
        if self.confirmation_id.date_closed:
            self.confirmation_id._post_late(self._open_in(unit))
        return moves
