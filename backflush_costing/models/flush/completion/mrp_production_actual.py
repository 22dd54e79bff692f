from odoo import models

from ....engine.numbers import ZERO, exact

PARKED = "backflush_parked_value"


class MrpProduction(models.Model):
    """A product at actual cost takes along what is parked, and what went before."""

    _inherit = "mrp.production"

    def _backflush_split(self, reports):
        """Keep what is missing for the price of the product, until it is received."""
        res = super()._backflush_split(reports)
        parked = self.env.cr.cache.setdefault(PARKED, {})
        for order in self.filtered(lambda order: order._backflush_at_actual()):
            parked[order.id] = sum(
                (
                    move._backflush_missing_value(report)
                    for move, report in reports.items()
                    if move.raw_material_production_id == order
                ),
                ZERO,
            )
        return res

    def _backflush_input_value(self, consumed):
        value = super()._backflush_input_value(consumed)
        value += self.env.cr.cache.get(PARKED, {}).pop(self.id, ZERO)
        reports = self.sudo().backflush_share_ids._open().confirmation_id
        for report in reports:
            part = exact(self._backflush_report_part(report))
            for error in report.error_ids.filtered(lambda e: e._is_open()):
                value += exact(error.quantity_open) * part * error._backflush_cost_now()
        for issue in reports.line_ids._early_moves().filtered("is_out"):
            part = exact(float(self._backflush_issue_part(issue)))
            value += issue._backflush_input_value() * part
        return value


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_missing_value(self, report):
        """What is going to be parked of this component, at its present cost."""
        product = self.product_id.with_company(self.company_id)
        missing = sum(map(exact, report.missing.values()), ZERO)
        return missing * product._backflush_carrying_cost()


class BackflushError(models.Model):
    """Working a record off at another cost than it was parked at."""

    _inherit = "backflush.error"

    def _backflush_cost_now(self):
        """What one unit is parked at, or is going to be."""
        product = self.product_id.with_company(self.company_id)
        return self._backflush_parking_cost() or product._backflush_carrying_cost()

    def _post_work_off(self, issues):
        res = super()._post_work_off(issues)
        for error, issue in zip(self, issues, strict=True):
            quantity = -exact(issue._backflush_signed_quantity())
            difference = issue.with_company(issue.company_id)._backflush_posting_cost()
            difference -= error._backflush_parking_cost()
            error.production_id._backflush_take_difference(quantity * difference)
        return res

    def _write_off(self, reason, kind, quantity=None):
        """What was not consumed is no cost of the product."""
        before = {error: exact(error.amount) for error in self}
        res = super()._write_off(reason, kind, quantity)
        if kind == "not_consumed":
            for error, amount in before.items():
                released = exact(error.amount) - amount
                error.production_id._backflush_take_difference(released)
        return res
