from collections import defaultdict

from odoo import models

from ....engine.numbers import ZERO, exact


class MrpProduction(models.Model):
    """Substitutes follow the quantity of their order, within their approval."""

    _inherit = "mrp.production"

    def _backflush_replaced(self):
        """``{open substitute: what it stands for}``, in the component's own unit."""
        return {
            move: exact(
                move._backflush_stands_for(move.product_uom_qty, move.product_uom)
            )
            for move in self.sudo().move_raw_ids
            if move.backflush_deviation_id
            and move.state not in ("done", "cancel")
            and not move.additional
        }

    def _update_raw_moves(self, factor):
        """A new quantity of the order: the same part of the component is replaced.

        Where the approval does not cover that the component itself is used.
        """
        replaced = self._backflush_replaced()
        info = super()._update_raw_moves(factor)
        for move, quantity in replaced.items():
            wanted = quantity * exact(factor)
            if move._backflush_covered():
                # What its operation has issued is not asked for once more.
                planned = move.product_uom_qty
                wanted = exact(move._backflush_stands_for(planned, move.product_uom))
            move._backflush_scale(quantity, wanted)
        return [(move, old, move.product_uom_qty) for move, old, _new in info]

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, **kwargs):
        """Each of the orders replaces its share, whatever rounding did to the lines."""
        replaced = defaultdict(lambda: ZERO)
        for move, quantity in self._backflush_replaced().items():
            if not move._backflush_covered():
                replaced[move.raw_material_production_id, move._backflush_stead()] += (
                    quantity
                )
        before = {order: exact(order.product_qty) for order, _stead in replaced}
        orders = super()._split_productions(amounts, cancel_remaining_qty, **kwargs)
        for (order, stead), quantity in replaced.items():
            for one in order.production_group_id.production_ids & orders.sudo():
                lines = one.move_raw_ids.filtered(
                    lambda m, stead=stead: (
                        m.backflush_deviation_id
                        and m._backflush_stead() == stead
                        and not m.additional
                        and m.state not in ("done", "cancel")
                    )
                )
                share = exact(one.product_qty) / before[order]
                lines._backflush_stand_for(quantity * share)
        return orders
