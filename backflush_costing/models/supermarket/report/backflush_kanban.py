from odoo import models

from .label import Label, plain


class BackflushKanban(models.Model):
    """The card in paper, at its container."""

    _inherit = "backflush.kanban"

    def _labels(self):
        """A label for each card: content, quantity, from where to where."""
        labels = []
        for card in self:
            cycle = card.cycle_id
            quantity = card.capacity if card.one_off else cycle._card_capacity()
            lines = [
                f"{plain(quantity)} {card.uom_id.name}",
                card.bin_id.display_name,
                cycle.route_id.display_name,
                card.event,
            ]
            labels.append(
                Label(
                    card.product_id.display_name, tuple(filter(None, lines)), card.name
                )
            )
        return labels
