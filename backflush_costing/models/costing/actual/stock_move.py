from collections import defaultdict, deque
from contextlib import ExitStack

from odoo import fields, models

from ....engine.numbers import ZERO, exact

COSTS = "backflush_fifo_costs"


class Costs:
    """What core's first-in-first-out answered, product by product: not rounded yet."""

    def __init__(self):
        self.found = defaultdict(deque)


class StockMove(models.Model):
    """What a movement of a product at actual cost was valued at when it was done.

    Core rounds a movement's value to the cent and changes it afterwards; what was
    posted must not change with it.
    """

    _inherit = "stock.move"

    backflush_unit_cost = fields.Float(
        "Cost of This Movement",
        digits=False,
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Unrounded, per unit of the product, at the time of the movement: what "
        "the ledger moved the product at. For products at actual cost.",
    )

    def _set_value(self, correction_quantity=None):
        costs = Costs()
        moves = self.with_context(**{COSTS: costs})
        actual = self._backflush_at_actual()
        out = actual.filtered(lambda m: not m.is_in and m._is_out())
        averages = {move: move.product_id.standard_price for move in out}
        res = super(StockMove, moves)._set_value(correction_quantity)
        if correction_quantity:
            # Core adds, or takes, a part at the movement's own cost.
            return res
        for move in actual:
            if move in averages:
                cost = averages[move]
                if move.product_id.cost_method == "fifo":
                    quantity, value = costs.found[move.product_id.id].popleft()
                    cost = value / quantity if quantity else 0.0
                move.sudo().backflush_unit_cost = cost
            elif move.is_in:
                quantity = exact(move._get_valued_qty())
                cost = exact(move.value) / quantity if quantity else ZERO
                move.sudo().backflush_unit_cost = float(cost)
        return res

    def _backflush_at_actual(self):
        """Movements of products that their company carries at actual cost."""
        return self.filtered(
            lambda m: m.product_id.with_company(m.company_id)._backflush_at_actual()
        )

    def _backflush_posting_cost(self):
        """At actual cost: what the movement itself was valued at."""
        product = self.product_id.with_company(self.company_id)
        if product._backflush_at_actual():
            return self._backflush_own_cost()
        return super()._backflush_posting_cost()

    def _backflush_own_cost(self):
        """Exact cost per unit; of movements from before the policy what core says."""
        self.ensure_one()
        cost = exact(self.sudo().backflush_unit_cost)
        if cost:
            return cost
        quantity = exact(self._get_valued_qty())
        return exact(self.value) / quantity if quantity else ZERO

    def _action_done(self, cancel_backorder=False):
        """What partners send or take may restate what earlier documents said."""
        partners = {"supplier", "customer"}
        actual = self._backflush_at_actual()
        flows = actual.filtered(
            lambda m: {m.location_id.usage, m.location_dest_id.usage} & partners
        )
        with ExitStack() as stack:
            for company, moves in flows.grouped("company_id").items():
                stack.enter_context(company._backflush_restating(moves.product_id))
            before = actual._backflush_values_out_of_order()
            moves = super()._action_done(cancel_backorder=cancel_backorder)
            moves._backflush_take_place(before)
            return moves


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _run_fifo(self, quantity, lot=None, at_date=None, location=None):
        value = super()._run_fifo(quantity, lot, at_date, location)
        costs = self.env.context.get(COSTS)
        if costs and "fifo_qty_already_processed" in self.env.context:
            costs.found[self.id].append((quantity, value))
        return value
