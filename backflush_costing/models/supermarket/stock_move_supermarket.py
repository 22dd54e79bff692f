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
        """Done moves for cards: on the way, arrived in the bin, or gone elsewhere."""
        for move in self:
            card = move._backflush_card().sudo()
            if not card:
                continue
            document = move.picking_id.name or move.production_id.name or ""
            into = move.move_line_ids.filtered(
                lambda line, card=card: line.location_dest_id._child_of(card.bin_id)
            )
            quantity = sum(into.mapped("quantity_product_uom"))
            if quantity:
                card._arrive(quantity, document)
                continue
            if card.state == "in_process":
                card._set_state("in_transit", "supply", document)
            card._check_supply()

    def _backflush_card(self):
        """The card whose container this move fills; a backorder's is its order's.

        Whoever may write a document can name any card on it: one of another company
        is none of its business.
        """
        self.ensure_one()
        order = self.production_id
        made = (
            order.backflush_kanban_id if order.product_id == self.product_id else None
        )
        card = self.backflush_kanban_id or made or self.env["backflush.kanban"]
        return card if card.sudo().company_id == self.company_id else card.browse()

    def _backflush_signal_quantities(self):
        """Done moves out of bins empty containers; what comes back fills them again."""
        flows = self._backflush_in_loops().move_line_ids._backflush_bin_flows()
        if not flows:
            return
        cards, loose = self._backflush_bin_state(flows)
        for (cycle, move), quantity in flows.items():
            mine = cards.get(cycle, self.env["backflush.kanban"])
            beside = min(loose[cycle], max(quantity, 0.0))
            loose[cycle] -= beside
            if quantity > 0 and not move._backflush_has_left(cycle):
                used_at = move._backflush_used_at()
                mine._backflush_fifo(used_at)._withdraw(quantity - beside)
            elif (
                quantity < 0
                and not move._backflush_card()
                and move._backflush_comes_back()
            ):
                mine._backflush_lifo()._give_back(-quantity)

    def _backflush_bin_state(self, flows):
        """Cards by loop, and what stood beside the containers before ``flows``.

        What stands beside them is used before they are: most of it was left by the
        books in a container that was signalled empty before its use was reported.

        :return: ``({control cycle: cards}, {control cycle: quantity})``
        """
        cycles = self.env["backflush.control.cycle"].sudo()
        cycles = cycles.union(*(cycle for cycle, _move in flows))
        # Another has taken the place of a lost one.
        cards = self.env["backflush.kanban"].sudo()
        cards = cards.search(
            [("cycle_id", "in", cycles.ids), ("card_status", "!=", "lost")]
        ).grouped("cycle_id")
        loose = cycles._on_hand()
        for (cycle, _move), quantity in flows.items():
            loose[cycle] += max(quantity, 0.0)
        for cycle in cycles:
            held = cards[cycle].mapped("quantity") if cycle in cards else ()
            loose[cycle] = max(loose[cycle] - sum(held), 0.0)
        return cards, loose

    def _backflush_signal_corrections(self, flows):
        """Done moves were corrected by ``flows``: so are the cards they had moved."""
        if not flows:
            return
        cards, loose = self._backflush_bin_state(flows)
        for (cycle, move), quantity in flows.items():
            mine = cards.get(cycle, self.env["backflush.kanban"])
            card = move._backflush_card().sudo()
            beside = min(loose[cycle], max(quantity, 0.0))
            loose[cycle] -= beside
            if card in mine:
                card._backflush_corrected(quantity - beside)
            elif quantity > 0:
                mine._backflush_fifo()._withdraw(quantity - beside)
            elif move.location_id._child_of(cycle.bin_id):
                mine._backflush_lifo()._give_back(-quantity)

    def _backflush_cycles(self):
        """Control cycles of what these moves move."""
        cycles = self.env["backflush.control.cycle"].sudo()
        moves = self._backflush_in_loops()
        if not moves:
            return cycles
        return cycles.search(
            [
                ("product_id", "in", moves.product_id.ids),
                ("company_id", "in", moves.company_id.ids),
            ]
        )

    def _backflush_in_loops(self):
        """Moves of products that circulate in loops; most databases have none."""
        cycles = self.env["backflush.control.cycle"]
        known = {
            product
            for company in self.company_id
            for _area, product in cycles._bins(company.id)
        }
        return self.filtered(lambda move: known and move.product_id.id in known)

    def _backflush_comes_back(self):
        """Whether the move brings back what was taken, and no new supply."""
        self.ensure_one()
        return bool(
            self.location_id.usage == "production" and not self.production_id
        ) or bool(self.origin_returned_move_id)

    def _backflush_has_left(self, cycle):
        """Whether this issues what left its container when it was reported.

        What is worked off with something else, or from another place, was taken there.
        """
        self.ensure_one()
        asked = self.backflush_confirmation_line_id
        return bool(
            self._backflush_used_at()
            and asked.product_id == self.product_id
            and asked.location_id._child_of(cycle.bin_id)
        )

    def _backflush_used_at(self):
        """When what an error record is worked off with was used; else False."""
        self.ensure_one()
        if not (self.flush_rule or "").startswith("error:"):
            return False
        return self.backflush_confirmation_line_id.confirmation_id.date_event
