from odoo import api, fields, models


class BackflushControlCycle(models.Model):
    """What the board on the wall shows."""

    _inherit = "backflush.control.cycle"

    @api.model
    def get_board(self, supply_area_id=False):
        """Loops of a supply area with their cards, and what to fetch next.

        :param int supply_area_id: one area; all of the current company where empty
        :return: ``{"areas": [...], "cycles": [...], "fetch": [...]}``; in ``fetch`` the
            most urgent card stands first
        """
        self.check_access("read")
        mine = self.search(
            [
                ("company_id", "=", self.env.company.id),
                ("staging", "=", "container"),
            ]
        )
        shown = mine.filtered(
            lambda c: not supply_area_id or c.supply_area_id.id == supply_area_id
        )
        return {
            "areas": [
                {"id": area.id, "name": area.display_name}
                for area in mine.supply_area_id
            ],
            "cycles": [cycle._board_row() for cycle in shown],
            "fetch": shown.kanban_ids._to_fetch()._fetch_rows(),
        }

    def _board_row(self):
        """One loop: how full it is, and its cards."""
        cards = self.kanban_ids.filtered(lambda card: card.card_status != "lost")
        return {
            "id": self.id,
            "product": self.product_id.display_name,
            "bin": self.bin_id.name,
            "unit": self.uom_id.name,
            "quantity": self.quantity_contained,
            "limit": self.wip_limit,
            "fill": min(self.quantity_contained / self.wip_limit, 1.0),
            "cards": [
                {
                    "id": card.id,
                    "name": card.name,
                    "state": card.state,
                    "label": card._state_in_words(),
                    "overdue": card.is_overdue,
                    "hold": card.card_status == "hold",
                    "fill": min(card.quantity / card._capacity(), 1.0),
                }
                for card in cards.sorted(lambda card: (-card.quantity, card.name))
            ],
        }


class BackflushKanban(models.Model):
    _inherit = "backflush.kanban"

    def _state_in_words(self):
        words = dict(self._fields["state"]._description_selection(self.env))
        return words[self.state]

    def _to_fetch(self):
        """Cards in supply or failed, the most urgent first.

        A loop without any content stops the line: it comes before what is overdue, and
        that before what is due next.
        """
        waiting = self.filtered(
            lambda card: card.state in ("in_process", "in_transit", "error")
        )
        starving = {
            cycle: not any(cycle.kanban_ids.mapped("quantity"))
            for cycle in waiting.cycle_id
        }
        return waiting.sorted(
            lambda card: (
                not starving[card.cycle_id],
                not card.is_overdue,
                card.date_due or card.date_state,
                card.id,
            )
        )

    def _fetch_rows(self):
        """Lines of the round: what is under way is looked up for all at once."""
        transfers = self._open_moves().filtered("picking_id")
        by_card = transfers.grouped(lambda move: move.backflush_kanban_id.id)
        return [card._fetch_row(by_card.get(card.id, transfers[:0])) for card in self]

    def _fetch_row(self, moves):
        """One line of the round.

        :param moves: open movements of transfers for this card
        """
        return {
            "id": self.id,
            "card": self.name,
            "product": self.product_id.display_name,
            "quantity": self.quantity_on_the_way,
            "unit": self.uom_id.name,
            "from": moves[:1].location_id.name or self._documents(),
            "to": self.bin_id.name,
            "due": fields.Datetime.to_string(self.date_due) if self.date_due else "",
            "overdue": self.is_overdue,
            "starving": not any(self.cycle_id.kanban_ids.mapped("quantity")),
            "error": self.problem or "",
        }
