from odoo import Command, models

from ...exceptions import FlushError, InvalidMessageError


class BackflushMessage(models.Model):
    """Production: a quantity of the product is reported, and received."""

    _inherit = "backflush.message"

    def _open_order(self):
        """The order that is named, if it can still be reported on."""
        order = self._find_order()
        order.check_access("write")
        if order.state in ("draft", "done", "cancel"):
            raise FlushError(
                self.env._(
                    "%(order)s is %(state)s. Only confirmed orders can be reported on.",
                    order=order.name,
                    state=order._backflush_state_name(),
                )
            )
        return order

    def _resolve_production(self):
        order = self._open_order()
        if self._get("product") and self._find_product() != order.product_id:
            raise InvalidMessageError(
                self.env._(
                    "%(order)s makes %(made)s, not %(product)s.",
                    order=order.name,
                    made=order.product_id.display_name,
                    product=self._get("product"),
                )
            )
        if self._get("workcenter"):
            # It changes nothing, but a code that nobody knows is looked for.
            self._find_workcenter()
        unit = order.product_uom_id
        quantity = self._quantity_in(unit, order.product_id.display_name)
        self._check_positive(quantity, unit, order)
        return {"order": order, "quantity": quantity}

    def _acquire_production(self, job):
        job["order"]._backflush_acquire()

    def _apply_production(self, job):
        """Receive the quantity; what is left stays open, unless it was the last."""
        order = job["order"]
        lot = self._find_lot(order.product_id, create=True)
        if lot:
            order.lot_producing_ids = [Command.set(lot.ids)]
        if self._get("hu"):
            order.sudo().backflush_unit_id = self._find_unit(create=True)
        order.qty_producing = job["quantity"]
        order.set_qty_producing()
        context = {
            "skip_consumption": True,
            "skip_backorder": True,
            "skip_redirection": True,
        }
        is_part = order.product_uom_id.compare(job["quantity"], order.product_qty) < 0
        if is_part and not self._get("final"):
            context["mo_ids_to_backorder"] = order.ids
        order.with_context(**context).button_mark_done()
        if order.state != "done":
            raise FlushError(
                self.env._(
                    "%s: Odoo has a question first. Answer it on the order.",
                    order.name,
                )
            )
