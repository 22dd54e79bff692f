from odoo import models

from ....said import said
from .mrp_production_deviation import MERGING


class MrpProduction(models.Model):
    """No substitution for one order alone stays open once that order has ended."""

    _inherit = "mrp.production"

    def button_mark_done(self):
        """What was asked for an order goes on with its backorder, or ends."""
        asking = self.sudo()._backflush_own_substitutions().production_id
        before = {order: order.production_group_id.production_ids for order in asking}
        res = super().button_mark_done()
        for order in asking.filtered(lambda o: o.state == "done"):
            siblings = order.production_group_id.production_ids
            order._backflush_end_substitutions(
                siblings - before[order], self.env._("%s was completed.", order.name)
            )
        return res

    def _action_cancel(self):
        res = super()._action_cancel()
        if not said(self.env, MERGING):
            for order in self.sudo().filtered(lambda o: o.state == "cancel"):
                order._backflush_end_substitutions(
                    order.browse(), self.env._("%s was cancelled.", order.name)
                )
        return res

    def action_merge(self):
        """What was asked for the merged orders is asked for the order of them all."""
        own = self.sudo()._backflush_own_substitutions()
        action = super().action_merge()
        own._hand_over(self.sudo().browse(action["res_id"]))
        return action

    def _backflush_own_substitutions(self):
        """Substitutions for these orders alone that are asked for, or approved."""
        return self.backflush_deviation_ids.filtered(
            lambda d: d.kind == "substitution" and d.state in ("draft", "approved")
        )

    def _backflush_end_substitutions(self, backorders, reason):
        """End the substitutions of this order, unless a backorder goes on with them.

        :param backorders: orders that its completion left for the rest
        :param str reason: why they end, in words
        """
        own = self._backflush_own_substitutions()
        for order in backorders.filtered(lambda o: o.state not in ("done", "cancel")):
            going_on = own.filtered(
                lambda d, order=order: d.product_id in order.move_raw_ids.product_id
            )
            going_on._hand_over(order)
            own -= going_on
        own._end(reason)
