from odoo import models

from ....engine.numbers import ZERO, exact
from ....engine.tolerance import excess, percentage
from ..question.flush_problem import Deviation

CONFIRMED = "backflush_tolerance.confirmed"
SUPERVISOR = "backflush_costing.group_backflush_supervisor"


class MrpProduction(models.Model):
    """Reports beyond the tolerance need a Supervisor's confirmation."""

    _inherit = "mrp.production"

    def _backflush_is_confirmed(self):
        """A tolerance is checked on the way to a confirmation."""
        return super()._backflush_is_confirmed() or self._backflush_has_tolerance()

    def _backflush_has_tolerance(self):
        """Whether a report on this order can be beyond a tolerance."""
        self.ensure_one()
        if self.picking_type_id.backflush_excluded:
            return False
        return bool(self._backflush_quantity_tolerance()) or any(
            move._backflush_tolerance() is not None for move in self.move_raw_ids
        )

    def _backflush_quantity_tolerance(self):
        """``(over, under)`` in per cent of the order, or None: not checked."""
        for place in (self.picking_type_id, self.company_id):
            if place.quantity_tolerance_rule:
                if place.quantity_tolerance_rule == "none":
                    return None
                return place.quantity_tolerance_over, place.quantity_tolerance_under
        return None

    def _backflush_can_confirm_deviations(self):
        """Whether the user has the role that confirms what is beyond a tolerance."""
        return self.env.user.has_group(SUPERVISOR)

    def _backflush_deviations_are_confirmed(self):
        """Whether somebody with the role confirmed the deviations of this call."""
        said = self.env.context.get("backflush_confirm_deviations")
        return bool(said) and self._backflush_can_confirm_deviations()

    def _backflush_deviations(self, reports):
        """What of ``reports`` is beyond a tolerance, as problems.

        :param dict reports: ``{raw move: Report}`` of these orders
        """
        checked = self.filtered(lambda o: not o.picking_type_id.backflush_excluded)
        problems = []
        for order in checked:
            if order._backflush_is_completing():
                problems += order._backflush_quantity_deviation()
            moves = order.move_raw_ids.filtered(
                lambda m: m in reports and m.product_id.is_storable
            )
            for same in moves.grouped("product_id").values():
                problems += order._backflush_component_deviation(same, reports)
        return problems

    def _backflush_quantity_deviation(self):
        """The produced quantity against what the order asked for, backorders aside."""
        tolerance = self._backflush_quantity_tolerance()
        if tolerance is None:
            return []
        ordered = exact(self.product_qty)
        deviation = exact(self.qty_producing) - ordered
        if deviation < ZERO:
            known = exact(self._backflush_documented_shortfall())
            deviation = min(deviation + known, ZERO)
        allowed = tolerance[0] if deviation > ZERO else tolerance[1]
        return self._backflush_deviation(
            self.product_id, self.product_uom_id, ordered, deviation, allowed
        )

    def _backflush_documented_shortfall(self):
        """Hook: how much less was produced because documents say so, order's unit."""
        self.ensure_one()
        return 0.0

    def _backflush_component_deviation(self, moves, reports):
        """One component, over all its lines: people move quantities between them.

        Where lines of the bill of materials differ the strictest one counts.
        """
        planned = moves.filtered("bom_line_id") or moves[:1]
        tolerances = [move._backflush_tolerance() for move in planned]
        checked = [percent for percent in tolerances if percent is not None]
        if not checked:
            return []
        allowed = min(checked)
        required = sum((exact(reports[move].required) for move in moves), ZERO)
        reported = sum((exact(reports[move].reported) for move in moves), ZERO)
        known = sum(
            (exact(move._backflush_documented_deviation()) for move in moves), ZERO
        )
        return self._backflush_deviation(
            moves.product_id,
            moves.product_id.uom_id,
            required,
            reported - required - known,
            allowed,
        )

    def _backflush_deviation(self, product, unit, required, deviation, allowed):
        """``[Deviation]`` if it is beyond what is allowed, in multiples of the unit."""
        beyond = excess(required, deviation, exact(allowed))
        if unit.is_zero(float(beyond)):
            return []
        percent = percentage(required, deviation)
        return [
            Deviation(
                order=self,
                product=product,
                unit=unit,
                required=float(required),
                reported=float(required + deviation),
                percent=None if percent is None else float(percent),
                allowed=allowed,
            )
        ]

    def _backflush_note_confirmed(self, problems):
        """Remember, before stock moves, what is confirmed of the reports on hand."""
        noted = self.env.cr.cache.setdefault(CONFIRMED, {})
        for order in self:
            noted[order.id] = [one for one in problems if one.order == order]

    def _backflush_confirmation_vals(self, reports):
        vals = super()._backflush_confirmation_vals(reports)
        return {**vals, **self._backflush_confirmed_vals()}

    def _backflush_early_confirmation_vals(
        self, trigger, workorder, quantity, moves, reports
    ):
        vals = super()._backflush_early_confirmation_vals(
            trigger, workorder, quantity, moves, reports
        )
        return {**vals, **self._backflush_confirmed_vals(moves.product_id)}

    def _backflush_confirmed_vals(self, products=None):
        """Who confirmed which deviations, for the confirmation of this order.

        :param products: those that the confirmation is about; None for all
        """
        problems = [
            problem
            for problem in self.env.cr.cache.get(CONFIRMED, {}).get(self.id, ())
            if products is None or problem.product in products
        ]
        if not problems:
            return {}
        return {
            "deviation_confirmed_by_id": self.env.uid,
            "deviation_confirmed_text": "\n".join(
                problem.text(self.env) for problem in problems
            ),
        }
