from datetime import timedelta

from odoo import api, fields, models

from ....engine.staging import Demand, uncovered, whole_packs
from ...flush.waiting.backflush_error_retry import CONFLICTS

TRIES = 3


class BackflushControlCycle(models.Model):
    """Release-order parts: what all released orders need, in packs."""

    _inherit = "backflush.control.cycle"

    def action_stage(self):
        """Bring what confirmed orders need and the line does not have.

        :return: True
        """
        self.env["backflush.kanban"]._check_operator()
        self.check_access("read")
        self.sudo()._stage_releases()
        return True

    def _stage_releases(self):
        """Order for these products, for the most urgent order first."""
        cycles = self.filtered(lambda c: c.active and c.staging == "release")
        if not cycles:
            return
        cycles._take_turn()
        needs = sorted(cycles._needs(), key=lambda need: need[1:3])
        for cycle, _urgency, due, priority, quantity in needs:
            cycle.staging_problem = cycle._stage(quantity, due, priority)
        (cycles - cycles.union(*(need[0] for need in needs))).staging_problem = False

    def _needs(self):
        """``[(control cycle, rank of its priority, due, priority, quantity)]``."""
        required, coming, stock = self._requirements(), self._coming(), self._on_hand()
        needs = []
        for cycle in self:
            demands = [
                Demand(move.raw_material_production_id, move.product_qty)
                for move in required[cycle]
                if cycle._is_ahead(move.raw_material_production_id)
            ]
            missing = uncovered(demands, stock[cycle] + coming[cycle])
            if missing:
                packs = whole_packs(
                    sum(demand.quantity for demand in missing), cycle.container_quantity
                )
                first = missing[0].order
                needs.append(
                    (
                        cycle,
                        -int(first.priority or 0),
                        first.date_start,
                        first.priority,
                        float(packs),
                    )
                )
        return needs

    def _is_ahead(self, order):
        """Whether the order starts soon enough to be staged now."""
        if not self.staging_days:
            return True
        return order.date_start <= fields.Datetime.now() + timedelta(self.staging_days)

    @api.model
    def _cron_stage(self):
        """Stage for released orders, supply area by supply area."""
        cycles = self.search([("staging", "!=", "container")])
        cron = self.env["ir.cron"]
        areas = cycles.grouped("supply_area_id")
        cron._commit_progress(remaining=len(areas))
        for mine in areas.values():
            if mine.with_company(mine.company_id)._stage_in_turn():
                cron._commit_progress(1)

    def _stage_in_turn(self):
        """Stage one area; False where others were in the way every time."""
        for _attempt in range(TRIES):
            try:
                self._stage_releases()
                self._stage_orders()
                self.env.flush_all()
                return True
            except CONFLICTS:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        return False

    def _stage_orders(self):
        """Pick parts of released orders that have not been brought."""
        cycles = self.filtered(lambda c: c.staging == "order")
        moves = self.env["stock.move"].union(*cycles._requirements().values())
        moves.raw_material_production_id._backflush_stage(cycles)
