from collections import defaultdict

from odoo import Command, models

from ....engine.allocation import Requirement
from ....engine.numbers import ZERO, exact
from .stock_move import EARLY_METHODS


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_quants(self):
        """Stock that these raw moves can draw from: own first, then oldest first."""
        if not self:
            return self.env["stock.quant"]
        return (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.product_id.ids),
                    (
                        "location_id",
                        "child_of",
                        (self.location_id | self.move_line_ids.location_id).ids,
                    ),
                    ("location_id.backflush_is_blocked", "=", False),
                    *self._backflush_owner_domain(),
                ],
                order="in_date, id",
            )
            ._backflush_own_first()
        )

    def _backflush_owner_domain(self):
        """Hook: whose stock one of these components at least may use."""
        return [("owner_id", "in", [False, *self.company_id.partner_id.ids])]

    def _backflush_drawable(self, quants):
        """Hook: those of these quants whose owner lets this component use them."""
        self.ensure_one()
        return quants.filtered(lambda quant: quant._backflush_is_own())

    def _backflush_here(self, quants):
        """Those of these quants that this component is issued from: at its place."""
        return self._backflush_drawable(quants).filtered(
            lambda quant: quant._backflush_is_under(self.location_id)
        )

    def _backflush_lock_stock(self, more=()):
        """Queue for all stock that these components can draw from.

        :param more: further ``(product id, location id)`` keys
        """
        keys = self._backflush_stock_keys() | set(more)
        self.env["backflush.stock.lock"].sudo()._acquire(keys)

    def _backflush_stock_keys(self):
        """``(product id, location id)`` of all stock that these can draw from."""
        moves = self.filtered(
            lambda m: (
                m.state not in ("done", "cancel")
                and m.product_id.is_storable
                and m.raw_material_production_id._backflush_profile()
            )
        )
        keys = {(move.product_id.id, move.location_id.id) for move in moves}
        return keys | {
            (quant.product_id.id, quant.location_id.id)
            for quant in moves._backflush_quants()
        }

    def _backflush_pools(self, quants):
        """``{quant: free quantity}``: on hand less every reservation but our own."""
        own = defaultdict(lambda: ZERO)
        for line in self.move_line_ids:
            if not line.move_id._backflush_holds_nothing():
                own[line._backflush_key()] += exact(line.quantity_product_uom)
        return quants._backflush_free(own)

    def _backflush_free_quantities(self):
        """``{move: what it could issue now}``, each move looked at by itself."""
        quants = self._backflush_quants()
        by_product = quants.grouped("product_id")
        result = {}
        for move in self:
            some = by_product.get(move.product_id, quants.browse())
            pools = move._backflush_pools(move._backflush_here(some))
            result[move] = float(sum((max(q, ZERO) for q in pools.values()), ZERO))
        return result

    def _backflush_set_draws(self, draws, quants):
        """Replace the move's lines by issues from exactly these quants."""
        self.ensure_one()
        wanted = {
            quants.browse(quant_id)._backflush_key(): float(quantity)
            for quant_id, quantity in draws
        }
        unit = self.product_id.uom_id
        present = {}
        for line in self.move_line_ids:
            key = line._backflush_key()
            present[key] = present.get(key, 0.0) + line.quantity_product_uom
        if present.keys() == wanted.keys() and all(
            unit.compare(present[key], wanted[key]) == 0 for key in wanted
        ):
            return
        self.move_line_ids = [
            *(Command.delete(line.id) for line in self.move_line_ids),
            *map(Command.create, self._backflush_draw_vals(draws, quants)),
        ]

    def _backflush_requirements(self, quants):
        """The engine's requirements of this component, one per line of it.

        A line that names stock (a bin, a handling unit, a lot) draws on that first;
        an untracked component goes on with whatever is there, a tracked one with
        the same lot alone; see :meth:`_backflush_unnamed_pools` for those that name
        none. Keyed by move, lot and line.
        """
        tracked = self.product_id.tracking != "none"
        quants = self._backflush_drawable(quants)
        here = self._backflush_here(quants)
        unnamed = self._backflush_unnamed_pools(here) if tracked else here
        requirements = []
        for line, quantity in self._backflush_line_quantities(tracked):
            pools = unnamed
            if not tracked or line.lot_id:
                named = quants.filtered(
                    lambda q, line=line: q._backflush_key() == line._backflush_key()
                )
                pools = named | (
                    here.filtered(lambda q, line=line: q.lot_id == line.lot_id)
                    if tracked
                    else here
                )
            lot_id = line.lot_id.id if tracked else False
            requirements.append(
                Requirement((self.id, lot_id, line.id), quantity, tuple(pools.ids))
            )
        return requirements

    def _backflush_line_quantities(self, tracked):
        """``(line, quantity)`` in the component's unit, for each line of the move.

        Lines in another unit are rounded one by one; together they ask for what
        the move reports and no more.
        """
        left = exact(self._backflush_report_quantity())
        for line in self.move_line_ids:
            quantity = exact(line.quantity_product_uom)
            if not tracked:
                is_last = line == self.move_line_ids[-1:]
                quantity = left if is_last else min(quantity, left)
            left -= quantity
            yield line, quantity

    def _backflush_is_documented(self):
        """Whether a confirmation has a line for this component.

        What is not kept in stock has one where its operation reports it: what is
        left to report follows from the lines.
        """
        return self.product_id.is_storable or self.flush_method in EARLY_METHODS

    def _backflush_confirmation_line_vals(self, report):
        """Values of the confirmation line of this component."""
        return {
            "move_id": self.id,
            "bom_line_id": self.bom_line_id.id,
            "product_id": self.product_id.id,
            "required_quantity": report.required,
            "planned_quantity": report.planned,
            "deviation_quantity": self.product_id.uom_id.round(
                report.reported - report.required
            ),
            "location_id": self.location_id.id,
            "flush_method": self.flush_method,
            "flush_rule": self.flush_rule,
            "explanation": self.flush_explanation,
        }
