from odoo import models

from ....engine.numbers import ZERO, exact


class MrpProduction(models.Model):
    """Products at actual cost enter at what went into them.

    Components at their own cost, what is parked included, and this level's conversion
    at the released rates; by-products are deducted at what they are carried at.
    """

    _inherit = "mrp.production"

    def _cal_price(self, consumed_moves):
        """Core knows nothing of what is parked, and counts booked time."""
        res = super()._cal_price(consumed_moves)
        for order in self.filtered(lambda order: order._backflush_at_actual()):
            order.with_company(order.company_id).sudo()._backflush_price_product(
                consumed_moves
            )
        return res

    def _backflush_price_product(self, consumed):
        """Set the unit cost of the product that is about to be received."""
        made = self.move_finished_ids.filtered(
            lambda m: m.state not in ("done", "cancel") and m.quantity > 0
        )
        finished = made.filtered(lambda m: m.product_id == self.product_id)
        if not finished:
            return
        quantity = exact(finished._backflush_planned_quantity())
        total = self._backflush_input_value(consumed)
        standard = self.env["backflush.standard.cost"]._current(self.product_id)
        if self.product_id in standard:
            rate = exact(standard[self.product_id].conversion_level)
            total += quantity * rate
        total -= self._backflush_price_byproducts(made - finished, total)
        finished.price_unit = float(total / quantity)

    def _backflush_price_byproducts(self, moves, total):
        """Price by-products at actual cost; return what all of these are worth."""
        value = ZERO
        for move in moves:
            quantity = exact(move._backflush_planned_quantity())
            if move.product_id._backflush_at_actual():
                part = total * exact(move.cost_share) / 100
                move.price_unit = float(part / quantity)
            else:
                part = quantity * move.product_id._backflush_carrying_cost()
            value += part
        return value

    def _backflush_input_value(self, consumed):
        """Hook: value of the components of what is about to be received, exact.

        :param consumed: done issues of this completion
        """
        return sum((move._backflush_input_value() for move in consumed), ZERO)

    # -- what becomes known later ---------------------------------------------------

    def _backflush_take_difference(self, difference):
        """The product takes what its components turn out to cost more, or less.

        As far as it is still in stock; the rest stays on the price account, where the
        issue put it.
        """
        made = self.move_finished_ids.filtered(
            lambda m: m.product_id == self.product_id and m.is_in
        )
        quantity = exact(sum(move._get_valued_qty() for move in made))
        if not quantity or not difference or not self._backflush_at_actual():
            return
        with self.company_id._backflush_restating(self.product_id):
            for move in made.with_company(self.company_id).sudo():
                more = float(difference / quantity)
                move.price_unit += more
            made.with_company(self.company_id).sudo()._set_value()


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_planned_quantity(self):
        """Quantity of this movement in the product's unit, before it is done."""
        unit = self.product_id.uom_id
        return self.product_uom._compute_quantity(self.quantity, unit, round=False)

    def _backflush_input_value(self):
        """What the poster is going to credit for this issue, as a positive amount."""
        if not self.product_id.is_storable:
            return ZERO
        move = self.with_company(self.company_id).sudo()
        value = (
            -exact(move._backflush_signed_quantity()) * move._backflush_posting_cost()
        )
        owed = sum(move._backflush_due_consigned().values(), ZERO)
        return value - owed * move.product_id._backflush_carrying_cost()
