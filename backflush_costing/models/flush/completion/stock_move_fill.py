from contextlib import contextmanager

from odoo import models

from ....engine.allocation import Requirement, allocate
from ....engine.numbers import exact
from .stock_move import UNRESERVED_METHODS

FILLED = "backflush_fill.filled"


class StockMove(models.Model):
    _inherit = "stock.move"

    @contextmanager
    def _backflush_filled(self, quantities):
        """Give floor stock its move lines for as long as a completion lasts.

        Where nobody entered what was used, core fills in what is planned: component
        by component, each with searches and a reservation of its own. It leaves
        alone what it finds filled in already. These lines hold no reservation, they
        are issued in the same call and under the stock lock; what core does not
        issue after all (it has a question first) is reserved at the end.

        :param quantities: ``{raw move: quantity in its unit}``
        """
        moves = self.filtered(lambda m: m._backflush_is_fillable(quantities[m]))
        # Not in the context: core hands that to the client with its questions.
        unreserved = self.env.cr.cache.setdefault(FILLED, set())
        unreserved.update(moves.ids)
        try:
            moves._backflush_fill(quantities)
            yield
        finally:
            unreserved.difference_update(moves.ids)
        moves._backflush_reserve_filled()

    def _backflush_fill(self, quantities):
        """Make the lines of these moves, from what is free."""
        quants = self._backflush_quants()
        by_product = quants.grouped("product_id")
        result = allocate(
            [
                move._backflush_planned(
                    quantities[move], by_product.get(move.product_id, quants.browse())
                )
                for move in self
            ],
            {quant.id: free for quant, free in self._backflush_pools(quants).items()},
        )
        drawn, lacking = [], []
        for move in self:
            drawn += move._backflush_draw_vals(result[move.id].draws, quants)
            if result[move.id].missing:
                lacking.append(move._backflush_lacking_vals(result[move.id].missing))
        self.env["stock.move.line"].create(drawn + lacking)

    def _backflush_is_fillable(self, quantity):
        """Whether core would give this component lines for ``quantity``."""
        return (
            self.flush_method in UNRESERVED_METHODS
            and self.state not in ("draft", "done", "cancel")
            and self.product_id.is_storable
            and self.product_id.tracking == "none"
            and not self.move_line_ids
            and self.product_uom.compare(quantity, 0.0) > 0
        )

    def _backflush_planned(self, quantity, quants):
        """The engine's requirement of a component that is still to be filled in."""
        own = self.product_id.uom_id
        quantity = self.product_uom._compute_quantity(quantity, own, round=False)
        return Requirement(
            self.id, exact(quantity), tuple(self._backflush_here(quants).ids)
        )

    def _backflush_draw_vals(self, draws, quants):
        """Values of lines that issue from exactly these quants."""
        return [
            {
                **self._prepare_move_line_vals(
                    quantity=float(quantity), reserved_quant=quants.browse(quant_id)
                ),
                "picked": True,
            }
            for quant_id, quantity in draws
        ]

    def _backflush_lacking_vals(self, missing):
        """Values of the line for what no stock covers, as core makes it."""
        quantity = self.product_id.uom_id._compute_quantity(
            float(missing), self.product_uom, round=False
        )
        return {**self._prepare_move_line_vals(), "quantity": quantity, "picked": True}

    def _backflush_holds_nothing(self):
        """Whether the lines of this move were filled in without a reservation."""
        return self.id in self.env.cr.cache.get(FILLED, ())

    def _should_bypass_reservation(self, forced_location=False):
        """Filled in a moment ago, to be issued in a moment: see the fill."""
        return self._backflush_holds_nothing() or super()._should_bypass_reservation(
            forced_location
        )

    def _backflush_reserve_filled(self):
        """Reserve what was filled in and then not issued (core asked something)."""
        waiting = self.filtered(lambda m: m.state not in ("done", "cancel"))
        for line in waiting.move_line_ids:
            line._synchronize_quant(
                line.quantity_product_uom, line.location_id, action="reserved"
            )
        waiting._recompute_state()

    def _set_quantity_done(self, qty):
        """Lines that are right already are not written, and not summed up, again."""
        if self._backflush_is_filled(qty):
            return None
        return super()._set_quantity_done(qty)

    def _backflush_lines_quantity(self):
        """What the lines make up, in the unit of the move.

        Not ``quantity``: while that is being set it holds the new value already.
        """
        return sum(
            line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom, round=False
            )
            for line in self.move_line_ids
        )

    def _backflush_is_filled(self, quantity):
        """Whether the lines of this component make up exactly ``quantity``."""
        return (
            self.flush_method in UNRESERVED_METHODS
            and self.move_line_ids
            and all(
                line.quantity > 0 and not line.result_package_id
                for line in self.move_line_ids
            )
            and self.product_uom.compare(self._backflush_lines_quantity(), quantity)
            == 0
        )

    def write(self, vals):
        """Core says *picked* component by component, also where it is said."""
        if vals == {"picked": True}:
            said = self.filtered(lambda m: m._backflush_is_picked())
            return super(StockMove, self - said).write(vals)
        return super().write(vals)

    def _backflush_is_picked(self):
        """Whether every line of this open component is picked."""
        return (
            self.flush_method in UNRESERVED_METHODS
            and self.state not in ("done", "cancel")
            and self.product_id.is_storable
            and self.picked
            and all(self.move_line_ids.mapped("picked"))
        )
