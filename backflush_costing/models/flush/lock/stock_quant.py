from odoo import api, models

from ....engine.numbers import ZERO, exact

# Values that make a new quant a count.
COUNTED = {"inventory_quantity", "inventory_quantity_auto_apply"}


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        """Counts take their turn, and are entered as often as Odoo calls.

        Core takes the counted quantity out of the caller's values. After a
        serialization failure Odoo calls again with what is left: the count would be
        lost, and a second quant of the same stock made in its place.
        """
        if self._is_inventory_mode():
            vals_list = [dict(vals) for vals in vals_list]
            self._backflush_join_counts(vals_list)
        return super().create(vals_list)

    def _backflush_join_counts(self, vals_list):
        """Queue for all stock that is being counted in one call."""
        keys = {
            (vals.get("product_id"), vals.get("location_id"))
            for vals in vals_list
            if not COUNTED.isdisjoint(vals)
        }
        places = self.env["stock.location"].browse(place for _product, place in keys)
        guarded = places.filtered(lambda place: place._backflush_is_guarded())
        keys = {key for key in keys if key[1] in guarded.ids}
        if keys:
            self.env["backflush.stock.lock"].sudo()._join(keys)

    def _update_available_quantity(
        self, product_id, location_id, quantity=False, reserved_quantity=False, **kwargs
    ):
        """Whatever changes stock that a flush can draw from takes its turn."""
        if location_id._backflush_is_guarded():
            lock = self.env["backflush.stock.lock"].sudo()
            lock._touch([(product_id.id, location_id.id)])
        return super()._update_available_quantity(
            product_id,
            location_id,
            quantity=quantity,
            reserved_quantity=reserved_quantity,
            **kwargs,
        )

    def write(self, vals):
        if "inventory_quantity" in vals:
            self._backflush_join()
        return super().write(vals)

    def action_apply_inventory(self, date=None):
        self._backflush_join()
        return super().action_apply_inventory(date)

    def _backflush_join(self):
        """A count takes its turn like everything else at the location."""
        guarded = self.filtered(lambda q: q.location_id._backflush_is_guarded())
        keys = guarded._backflush_count_keys()
        self.env["backflush.stock.lock"].sudo()._join(keys, merge=False)

    def _backflush_count_keys(self):
        """Hook: ``(product id, location id)`` that a count of this stock queues for."""
        return {(quant.product_id.id, quant.location_id.id) for quant in self}

    def _backflush_free(self, own=None):
        """``{quant: free quantity}``: on hand less what is reserved.

        Core makes a second quant of the same stock where the first was locked, and
        merges them later: their quantities and reservations count together, at
        the first of them.

        :param own: ``{key: quantity}`` of reservations that do not count. Never
            more is given back than is reserved there: core can hold less on a
            quant than the lines say.
        """
        free = dict.fromkeys(self, ZERO)
        for key, quants in self.grouped(StockQuant._backflush_key).items():
            on_hand = exact(sum(quants.mapped("quantity")))
            reserved = exact(sum(quants.mapped("reserved_quantity")))
            given_back = min((own or {}).get(key, ZERO), max(reserved, ZERO))
            free[quants[0]] = min(on_hand - reserved + given_back, on_hand)
        return free

    def _backflush_key(self):
        """What core tells stock apart by; lines of moves have the same key."""
        return (
            self.product_id.id,
            self.location_id.id,
            self.lot_id.id,
            self.package_id.id,
            self.owner_id.id,
        )

    def _backflush_is_under(self, location):
        """Whether this stock lies in ``location`` or one of its children."""
        return self.location_id.parent_path.startswith(location.parent_path)
