from odoo import Command, api, models

from ...engine.numbers import exact
from ...exceptions import InvalidMessageError

#: Methods whose components are issued as reported.
AS_REPORTED = ("manual", "reported")


class BackflushMessage(models.Model):
    """Consumption of a component that comes in no handling unit.

    Of a component that is consumed as reported it is issued at once, and belongs to an
    order that is done as well: it may arrive before or after the completion. What is
    entered manually is added to what is entered on the order's component line, and
    issued when the order is completed. A component that is backflushed is not reported:
    its deviations are.
    """

    _inherit = "backflush.message"

    def _resolve_consumption(self):
        order, product = self._find_order(), self._find_product()
        place = self._find_workorder(order)
        if not self._is_issued_as_reported(order, product, place):
            return self._resolve_entered()
        order.check_access("write")
        order._backflush_check_consumption()
        own = product.uom_id
        # Refuses a unit that cannot be converted.
        self._quantity_in(own, product.display_name)
        uom = self._find_uom() if self._get("uom") else own
        self._check_positive(self._used(uom, own, self._get("quantity")), own, order)
        return {
            "order": order,
            "product": product,
            "uom": uom,
            "workorder": place,
            "lot": self._find_lot(product),
        }

    @api.model
    def _is_issued_as_reported(self, order, product, place):
        """Whether the component is; that of the operation that is named, if it has one.

        :param place: the operation; empty: none is named
        """
        lines = order.move_raw_ids.filtered(
            lambda m: m.product_id == product and not m.additional
        )
        at_place = lines.filtered(lambda m: place and m.workorder_id == place)
        return any(line._backflush_is_reported() for line in at_place or lines)

    @api.model
    def _used(self, uom, own, quantity):
        """A quantity in the product's own unit, rounded half up."""
        return uom._compute_quantity(quantity, own, rounding_method="HALF-UP")

    def _resolve_entered(self):
        """What is, or was, entered on the order's component line."""
        order = self._open_order()
        product = self._find_product()
        move = self._component_of(order, product)
        quantity = self._quantity_in(move.product_uom, product.display_name)
        self._check_positive(quantity, move.product_uom, order)
        # A lot that is unknown is looked for like every other code.
        self._find_lot(product)
        return {"order": order, "move": move, "quantity": quantity}

    def _component_of(self, order, product):
        """The open component line of the product, at the operation if one is named."""
        moves = order.move_raw_ids.filtered(
            lambda m: m.product_id == product and m.state not in ("done", "cancel")
        )
        place = self._find_workorder(order)
        at_place = moves.filtered(lambda m: place and m.workorder_id == place)
        move = at_place[:1] or moves[:1]
        words = {"order": order.name, "product": product.display_name}
        if not move:
            raise InvalidMessageError(
                self.env._("%(order)s has no open component %(product)s.", **words)
            )
        if move.flush_method not in AS_REPORTED:
            raise InvalidMessageError(
                self.env._(
                    "%(product)s on %(order)s is backflushed: what was used is not "
                    "reported, a deviation from it is (scrap). Or set its flush method "
                    "to 'Manually' before the order is made.",
                    **words,
                )
            )
        return move

    def _acquire_consumption(self, job):
        """What is merely entered does not move before the order does."""
        if "move" not in job:
            order = job["order"].sudo()
            parts = order | order.production_group_id.production_ids
            parts._backflush_acquire_unnamed(job["product"])

    def _apply_consumption(self, job):
        if "move" in job:
            self._enter_used(job["move"], job["quantity"])
            return
        product, own = job["product"], job["product"].uom_id
        for order, quantity, uom in self._uses(job):
            order._backflush_check_event()
            place = self._find_workorder(order)
            planned = order._backflush_component(product, place).sudo()
            planned.raw_material_production_id._backflush_use_unnamed(
                planned, exact(self._used(uom, own, quantity)), job["lot"].sudo()
            )

    def _enter_used(self, move, quantity):
        """Add to what is entered as used; less than nothing stays nothing."""
        if not move.picked:
            # What is merely reserved was not used.
            move._do_unreserve()
            move.quantity = 0.0
        lot = self._find_lot(move.product_id)
        if lot:
            self._enter_used_lot(move, lot, quantity)
        else:
            move.quantity = max(move.quantity + quantity, 0.0)
        move.picked = True

    def _enter_used_lot(self, move, lot, quantity):
        """The same for one lot."""
        line = move.move_line_ids.filtered(lambda one: one.lot_id == lot)[:1]
        if line:
            line.quantity = max(line.quantity + quantity, 0.0)
        elif quantity > 0:
            vals = move._prepare_move_line_vals(quantity=0)
            vals.update(lot_id=lot.id, quantity=quantity)
            move.move_line_ids = [Command.create(vals)]
