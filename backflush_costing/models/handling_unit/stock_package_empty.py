from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.numbers import ZERO, exact

SUPERVISOR = "backflush_costing.group_backflush_supervisor"


class StockPackage(models.Model):
    """A unit that is empty, whatever the books still hold in it."""

    _inherit = "stock.package"

    def report_empty(self, reason=None, event_time=None, workorder_id=None):
        """Report that nothing is left in this unit, nor in the units inside it.

        What the books still hold, after all that was used before, is the residue: it
        leaves stock, to the account and cost centre of its cause. Consumption that
        happened before and arrives later takes its share back. The unit is taken off
        its work center. A residue above the company's limits waits for a supervisor.

        :param str reason: code of the cause (``backflush.residue.reason``), such as
            ``short_supply``, ``adjusting``, ``wrong_unit``; ``unknown`` if not given
        :param event_time: when it was found empty (UTC); now, if not given
        :param int workorder_id: operation at which it was found
        :return: id of the document (``backflush.handling.unit.log``)
        """
        unit = self._backflush_check_call()
        event = self._backflush_moment(event_time)
        company = unit._backflush_company()
        unit._backflush_operation(workorder_id, company)
        cause = self.env["backflush.residue.reason"]._by_code(reason, company)
        unit._backflush_check_residue_date(event, company)
        unit._backflush_acquire_family(event)
        life = unit._backflush_life_at(event)
        # Another station may have been first while this one waited.
        known = unit._backflush_ends(life)
        supplies = unit._backflush_divide(event, life)
        if known and not supplies:
            return known[0].id
        log = unit._backflush_note_empty(event, company, cause, life, workorder_id)
        unit._backflush_end_life(log, supplies)
        unit._backflush_empty_inside(log, reason, event_time, workorder_id)
        return log.id

    def _backflush_end_life(self, log, supplies):
        """Let a life of this unit end with a report: what is left is its residue.

        :param supplies: ``{product: exact quantity}`` that the life had, where the unit
            was filled again since
        """
        life, products = log.life, self._backflush_products(log.life)
        for product, supply in supplies.items():
            self._backflush_keep(product, life, supply)
        if self._backflush_is_above_limit(log, products):
            log.state = "waiting"
        if life == self.backflush_life:
            self._backflush_is_empty_now(log)
        self._backflush_balance_all(products, life)
        if supplies:
            self._backflush_balance_all(products, life + 1)

    def _backflush_note_empty(self, event, company, cause, life, workorder_id):
        """Write down that this unit is empty, and where it was then."""
        center, position = self._backflush_mounting_at(event)
        return self._backflush_note(
            "empty",
            company,
            event,
            life=life,
            reason_id=cause.id,
            workcenter_id=center.id,
            workorder_id=workorder_id or False,
            position=position,
            location_from_id=self._backflush_place().id,
            location_to_id=self._backflush_place().id,
            product_id=self.backflush_product_id.id,
        )

    def _backflush_is_empty_now(self, log):
        """Nothing was put into it since: it is of no use where it is mounted."""
        if self.backflush_workcenter_id:
            self._backflush_take_off(log.date_event, log.workorder_id.id)
        self.backflush_emptied = True

    def reverse_empty(self):
        """The unit was not empty: unit, stock, entry and containers as before.

        :return: id of the document (``backflush.handling.unit.log``)
        :raises UserError: if the unit was not reported empty
        """
        unit = self._backflush_check_call()
        unit._backflush_empty_report()
        unit._backflush_acquire_family(fields.Datetime.now())
        # Another station may have taken it back while this one waited.
        report, products = unit._backflush_empty_report(), unit._backflush_products()
        for product in report.move_ids.product_id:
            report._return_residue(product, report._taken_of(product))
        report.state = "reversed"
        unit.backflush_emptied = False
        unit._backflush_balance_all(products)
        report._reverse_inside()
        unit._backflush_mount_again(report)
        return unit._backflush_note(
            "reversal",
            report.company_id,
            self._backflush_moment(None),
            reverses_id=report.id,
            reason_id=report.reason_id.id,
            workcenter_id=unit.backflush_workcenter_id.id,
            position=unit.backflush_position,
            location_from_id=unit._backflush_place().id,
            location_to_id=unit._backflush_place().id,
            product_id=report.product_id.id,
        ).id

    def _backflush_empty_report(self):
        """The report that says that this unit is empty.

        :raises UserError: if there is none since it was filled
        """
        reports = self._backflush_history().filtered(lambda log: log.kind == "empty")
        if not reports:
            raise UserError(
                self.env._(
                    "%s has not been reported empty since it was filled.", self.name
                )
            )
        return reports[0]

    def _backflush_company(self):
        """Company whose unit this is; who reports where nothing is known of it."""
        stock = self._backflush_stock().company_id[:1]
        return stock or self.backflush_log_ids.company_id[:1] or self.env.company

    def _backflush_products(self, life=None):
        """What this unit holds, or held in a life; the present one, if not given."""
        history = self._backflush_history(life)
        held = self._backflush_own_stock().product_id
        return held | history.product_id | history.move_ids.product_id

    def _backflush_mount_again(self, report):
        """Mount the unit where it was when somebody thought it was empty."""
        center = report.workcenter_id
        if center and (report.position or center.backflush_unit_capacity):
            center._backflush_take_turn()
        # Where places have no names, none is taken.
        taken = center.backflush_unit_ids.filtered(
            lambda u: u.backflush_position and u.backflush_position == report.position
        )
        capacity = center.backflush_unit_capacity
        is_full = capacity and len(center.backflush_unit_ids) >= capacity
        if center and not self.backflush_workcenter_id and not taken and not is_full:
            self.write(
                {
                    "backflush_workcenter_id": center.id,
                    "backflush_position": report.position,
                    "backflush_mounted_on": report.date_event,
                    "backflush_mounted_by_id": self.env.uid,
                }
            )

    def _backflush_check_residue_date(self, event, company):
        """Refuse a day that is closed before anything moves."""
        for product in self._backflush_stock().product_id:
            policy = product.with_company(company)._backflush_policy()
            if policy:
                day = self.env["backflush.shift"]._of(company, event)[1]
                company._backflush_check_period(day, policy._journal(), self.name)

    def _backflush_is_above_limit(self, log, products):
        """Whether a supervisor has to confirm the residue.

        One who reports it himself does so by reporting it.
        """
        if self.env.user.has_group(SUPERVISOR):
            return False
        return any(self._backflush_exceeds(log, product) for product in products)

    def _backflush_review(self, life):
        """A residue that has shrunk to what is allowed waits for nobody any more."""
        for log in self._backflush_ends(life).filtered(lambda o: o.state == "waiting"):
            products = self._backflush_products(life)
            if not any(self._backflush_exceeds(log, product) for product in products):
                log.state = "done"
                self._backflush_balance_all(products, life)

    def _backflush_exceeds(self, log, product):
        """Whether the residue of a product is above a limit of the company."""
        company, history = log.company_id, self._backflush_history(log.life)
        targets = self._backflush_target_of(product, history, log.life)
        residue, filled = targets[log], sum(targets.values(), ZERO)
        cost = exact(product.with_company(company).standard_price)
        pairs = (
            (company.backflush_residue_quantity, residue),
            (company.backflush_residue_amount, residue * cost),
            (
                company.backflush_residue_percent,
                100 * residue / filled if filled else ZERO,
            ),
        )
        return any(limit and found > exact(limit) for limit, found in pairs)
