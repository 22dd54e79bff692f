from odoo import fields, models

from .backflush_control_cycle import RELEASED


class MrpProduction(models.Model):
    """Pick parts: what is brought to the line exactly for an order."""

    _inherit = "mrp.production"

    backflush_is_staged = fields.Boolean(
        compute="_compute_backflush_is_staged",
        help="Whether components of this order are brought to the line for orders.",
    )

    def _compute_backflush_is_staged(self):
        for order in self:
            cycles = order.move_raw_ids._backflush_cycles()
            staged = cycles.filtered(lambda c: c.staging != "container")
            order.backflush_is_staged = bool(
                staged & order._backflush_staged_cycles(staged)
            )

    def action_confirm(self):
        res = super().action_confirm()
        cycles = self.move_raw_ids._backflush_cycles()
        self._backflush_stage(cycles.filtered(lambda c: c.staging == "order"))
        return res

    def action_stage_components(self):
        """Bring what this order needs and nobody has brought yet.

        :return: True
        """
        self.env["backflush.kanban"]._check_operator()
        self.check_access("read")
        cycles = self.move_raw_ids._backflush_cycles()
        self._backflush_staged_cycles(cycles)._stage_releases()
        self._backflush_stage(cycles.filtered(lambda c: c.staging == "order"))
        return True

    def action_return_excess(self):
        """Bring back what was brought for this order and it no longer needs.

        :return: action that shows the transfers
        :raises UserError: if there is nothing to return
        """
        self.env["backflush.kanban"]._check_operator()
        self.check_access("read")
        self.ensure_one()
        order = self.sudo()
        group = order.production_group_id
        cycles = order.move_raw_ids._backflush_cycles()
        cycles = cycles.filtered(lambda c: c.staging == "order")
        free = cycles._free()
        excess = {
            cycle: min(-order._backflush_unstaged(cycle, at_line=True), free[cycle])
            for cycle in cycles
        }
        return cycles._return(excess, group)

    def _backflush_staged_cycles(self, cycles):
        """Those of ``cycles`` whose bin a component of these orders is taken from."""
        raw = self.sudo().move_raw_ids
        return cycles.filtered(
            lambda cycle: any(
                move.product_id == cycle.product_id
                and move.location_id._child_of(cycle.bin_id)
                for move in raw
            )
        )

    def _backflush_stage(self, cycles):
        """Order what released orders need from these bins and was not brought yet.

        What a rule refuses is noted on the order; it is confirmed all the same.
        """
        for order in self.sudo().filtered(lambda o: cycles and o.state in RELEASED):
            for cycle in order._backflush_staged_cycles(cycles):
                short = order._backflush_unstaged(cycle)
                if cycle.uom_id.compare(short, 0.0) <= 0:
                    continue
                problem = cycle._stage(short, order.date_start, order.priority, order)
                if problem:
                    order.message_post(body=problem)

    def _backflush_unstaged(self, cycle, at_line=False):
        """What this order and its backorders need beyond what was brought for them.

        Negative: brought and not needed.

        :param bool at_line: count what is at the line, not what is on its way
        """
        group = self.production_group_id
        raw = group.production_ids.move_raw_ids.filtered(
            lambda move: (
                move.product_id == cycle.product_id
                and move.state not in ("draft", "cancel")
                and move.location_id._child_of(cycle.bin_id)
            )
        )
        return sum(
            raw._backflush_staged_quantities().values()
        ) - self._backflush_brought(cycle, at_line)

    def _backflush_brought(self, cycle, at_line):
        """What transfers have brought for this order, less what they took back."""
        moves = self.env["stock.move"].search(
            [
                ("backflush_cycle_id", "=", cycle.id),
                ("production_group_id", "=", self.production_group_id.id),
                ("state", "not in", ("draft", "cancel")),
            ]
        )
        brought = 0.0
        for move, quantity in moves._backflush_staged_quantities().items():
            if move.location_id._child_of(cycle.bin_id):
                brought -= quantity
            elif move.location_dest_id._child_of(cycle.bin_id) and (
                move.state == "done" or not at_line
            ):
                brought += quantity
        return brought
