from collections import defaultdict

from odoo import models


class StockMove(models.Model):
    """What moves into and out of bins moves the cards there."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        moved = done.filtered(lambda move: move.state == "done")
        moved._backflush_arrive()
        moved._backflush_signal_quantities()
        return done

    def _action_cancel(self):
        cards = self.env["backflush.kanban"].union(
            *(move._backflush_card() for move in self)
        )
        res = super()._action_cancel()
        cards._check_supply()
        return res

    def _backflush_arrive(self):
        """Done moves for cards: on the way, or arrived in the bin."""
        for move in self:
            card = move._backflush_card().sudo()
            if not card:
                continue
            document = move.picking_id.name or move.production_id.name or ""
            if move.location_dest_id._child_of(card.bin_id):
                quantity = move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id
                )
                card._arrive(quantity, document)
            elif card.state == "in_process":
                card._set_state("in_transit", "supply", document)

    def _backflush_card(self):
        """The card whose container this move fills; a backorder's is its order's."""
        self.ensure_one()
        order = self.production_id
        made = (
            order.backflush_kanban_id if order.product_id == self.product_id else None
        )
        return self.backflush_kanban_id or made or self.env["backflush.kanban"]

    def _backflush_signal_quantities(self):
        """Done moves out of bins empty containers; what comes back fills them again."""
        flows = self._backflush_bin_flows()
        if not flows:
            return
        cards = (
            self.env["backflush.kanban"]
            .sudo()
            .search(
                [
                    ("cycle_id", "in", [cycle.id for cycle, _move in flows]),
                    # Another has taken the place of a lost one.
                    ("card_status", "!=", "lost"),
                ]
            )
        )
        by_cycle = cards.grouped("cycle_id")
        for (cycle, move), quantity in flows.items():
            mine = by_cycle.get(cycle, cards.browse())
            if quantity > 0:
                mine._backflush_fifo(move._backflush_used_at())._withdraw(quantity)
            elif not move._backflush_card() and move._backflush_comes_back():
                mine._backflush_lifo()._give_back(-quantity)

    def _backflush_bin_flows(self):
        """``{(control cycle, move): quantity out of its bin}``; negative comes in."""
        flows = defaultdict(float)
        by_product = self._backflush_cycles().grouped("product_id")
        for line in self.move_line_ids if by_product else ():
            for cycle in by_product.get(line.product_id, ()):
                out = line.location_id._child_of(cycle.bin_id)
                into = line.location_dest_id._child_of(cycle.bin_id)
                flows[cycle, line.move_id] += (out - into) * line.quantity_product_uom
        return {key: quantity for key, quantity in flows.items() if quantity}

    def _backflush_cycles(self):
        """Control cycles of what these moves move; most databases have none."""
        cycles = self.env["backflush.control.cycle"].sudo()
        known = {
            product
            for company in self.company_id
            for _area, product in cycles._bins(company.id)
        }
        products = [product for product in self.product_id.ids if product in known]
        if not products:
            return cycles
        return cycles.search(
            [
                ("product_id", "in", products),
                ("company_id", "in", self.company_id.ids),
            ]
        )

    def _backflush_comes_back(self):
        """Whether the move brings back what was taken, and no new supply."""
        self.ensure_one()
        return bool(
            self.location_id.usage == "production" and not self.production_id
        ) or bool(self.origin_returned_move_id)

    def _backflush_used_at(self):
        """When what this move takes was used: for a later work-off, at the report."""
        self.ensure_one()
        reported = self.sudo().backflush_confirmation_line_id.confirmation_id
        return reported.date_event
