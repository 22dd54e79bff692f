from odoo import api, models


class BackflushError(models.Model):
    """What was used has left its container, whether the books had it or not."""

    _inherit = "backflush.error"

    @api.model_create_multi
    def create(self, vals_list):
        errors = super().create(vals_list)
        errors._backflush_empty_containers()
        return errors

    def _backflush_empty_containers(self):
        """Take what could not be issued out of the containers of its bin.

        The pieces are gone: with books that had too little, a container would never
        run empty. Working the record off is about the books and moves no card.
        """
        for company, errors in self.grouped("company_id").items():
            cycles = self.env["backflush.control.cycle"].sudo()
            known = {product for _area, product in cycles._bins(company.id)}
            errors = errors.filtered(lambda e, known=known: e.product_id.id in known)
            if not errors:
                continue
            found = cycles.search(
                [
                    ("product_id", "in", errors.product_id.ids),
                    ("company_id", "=", company.id),
                ]
            ).grouped("product_id")
            for error in errors:
                loops = found.get(error.product_id, cycles)
                error._backflush_cards(loops)._withdraw(error.quantity_open)

    def _backflush_cards(self, cycles):
        """Cards of the bin that the component was to be taken from, first in first."""
        self.ensure_one()
        mine = cycles.filtered(lambda cycle: self.location_id._child_of(cycle.bin_id))
        cards = mine.kanban_ids.filtered(lambda card: card.card_status != "lost")
        return cards._backflush_fifo(self.event_date)
