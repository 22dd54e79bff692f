from dataclasses import replace

from odoo import fields, models

from ....engine.counting import find
from ....engine.numbers import ZERO


class MrpProduction(models.Model):
    """A report of what was used before its stock was counted.

    The count saw what that use left, and posted it as a difference. So the use draws on
    nothing that was counted since: what other stock does not meet is posted as found in
    addition, and issued. Afterwards the books hold what was counted.
    """

    _inherit = "mrp.production"

    def _backflush_meet(self, needs, free, reports):
        now = fields.Datetime.now()
        event = self._backflush_event_time(now)
        rooms = self._backflush_count_rooms(needs, event) if event < now else {}
        if not rooms:
            return super()._backflush_meet(needs, free, reports)
        counted = {pool for pools in rooms.values() for pool in pools}
        needs = [
            replace(need, pools=tuple(p for p in need.pools if p not in counted))
            for need in needs
        ]
        result = super()._backflush_meet(needs, free, reports)
        result, found = find(result, self._backflush_fit_rooms(rooms))
        moves = self.env["stock.move"]
        for (move_id, _lot_id, _line_id), draw in found.items():
            reports[moves.browse(move_id)].found.append(draw)
        return result

    def _backflush_count_rooms(self, needs, event):
        """``{key: ids of quants that were counted after the event}``."""
        moves = self.env["stock.move"].browse({need.key[0] for need in needs})
        counts = moves.sudo()._backflush_counts_since(moves.product_id, event)
        if not counts:
            return {}
        quants = self.env["stock.quant"]
        quants = quants._backflush_counted(counts, moves.location_id, make=True)
        by_product = quants.grouped("product_id")
        return {
            need.key: need.pools
            for move in moves
            for need in move._backflush_requirements(
                by_product.get(move.product_id, quants.browse())
            )
            if need.pools
        }

    def _backflush_fit_rooms(self, rooms):
        """Without serial numbers that were counted: those have not been used."""
        quants = self.env["stock.quant"].sudo()
        return {
            key: tuple(
                pool
                for pool in pools
                if quants.browse(pool).product_id.tracking != "serial"
                or quants.browse(pool).quantity <= 0
            )
            for key, pools in rooms.items()
        }

    def _backflush_find(self, reports):
        res = super()._backflush_find(reports)
        quants, found = self.env["stock.quant"].sudo(), {}
        orders = self.browse()
        for move, report in reports.items():
            if move.raw_material_production_id in self and report.found:
                orders |= move.raw_material_production_id
                for pool, quantity in report.found:
                    quant = quants.browse(pool)
                    found[quant] = found.get(quant, ZERO) + quantity
        if found:
            reason = self.env._(
                "Used before the count, reported later: %s",
                ", ".join(orders.mapped("name")),
            )
            quants._backflush_find(found, reason)
        return res
