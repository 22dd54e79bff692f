from decimal import Decimal

from odoo import fields, models

from ....engine.numbers import ZERO, exact

UNLIMITED = Decimal("Infinity")


class StockMove(models.Model):
    """A substitute whose order takes another quantity."""

    _inherit = "stock.move"

    def _backflush_stead(self):
        """By which approval this is used, and instead of which component line."""
        return self.backflush_deviation_id, self.backflush_substituted_move_id

    def _backflush_stand_for(self, quantity):
        """Let these lines of one approval stand for exactly ``quantity`` together.

        :param quantity: of the component, exact, in its own unit
        """
        planned = sum((exact(move.product_uom_qty) for move in self), ZERO)
        if planned:
            self.backflush_replaced_factor = float(quantity / planned)

    def _backflush_scale(self, before, wanted):
        """Replace ``wanted`` of the component instead of ``before``, as approved.

        :param before: exact, in the component's own unit
        :param wanted: the same part of the order's new quantity
        """
        deviation, original = self.backflush_deviation_id, self._backflush_original()
        granted = wanted
        if wanted > before:
            granted = min(wanted, self._backflush_coverable(before))
        unit = deviation.product_id.uom_id
        self.product_uom_qty = deviation._substitute_quantity(float(granted), unit)
        self._backflush_stand_for(granted)
        # Others that draw on the approval at the same time start anew.
        deviation.date_applied = fields.Datetime.now()
        if original:
            original._backflush_take_over(self, float(wanted - granted))

    def _backflush_take_over(self, substitute, quantity):
        """Use this component for what the approval of its substitute leaves out.

        :param quantity: in the component's own unit
        """
        unit, own = self.product_uom, self.product_id.uom_id
        rest = own._compute_quantity(quantity, unit, round=False)
        if unit.is_zero(rest):
            # The last digit of a ratio is nothing that could be issued.
            return
        rest = unit.round(rest, rounding_method="UP")
        self.product_uom_qty += rest
        substitute._backflush_tell_limited(rest, self)

    def _backflush_coverable(self, before):
        """How much of the component the approval lets this line replace, exact.

        What is planned stays also where the approval was closed or has run out since;
        more is replaced under a valid one alone.
        """
        deviation, order = self.backflush_deviation_id, self.raw_material_production_id
        outside = deviation._outside_validity(order._backflush_event_day())
        if deviation.state != "approved" or outside:
            return before
        if not deviation.quantity:
            return UNLIMITED
        taken = exact(deviation.quantity_planned) + exact(deviation.quantity_used)
        left = deviation.uom_id._compute_quantity(
            float(exact(deviation.quantity) - taken),
            deviation.product_id.uom_id,
            round=False,
        )
        own = self._backflush_stands_for(self.product_uom_qty, self.product_uom)
        return max(exact(own) + exact(left), before)

    def _backflush_tell_limited(self, quantity, original):
        """Say in the order's log why the component is used for more."""
        self.raw_material_production_id.message_post(
            body=self.env._(
                "%(name)s does not cover more: %(quantity)s %(unit)s of %(product)s "
                "are used for the new quantity.",
                name=self.backflush_deviation_id.name,
                quantity=quantity,
                unit=original.product_uom.name,
                product=original.product_id.display_name,
            )
        )
