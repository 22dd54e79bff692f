from odoo import models

from ...engine.numbers import ZERO, exact


class BackflushMessage(models.Model):
    """Use of an order that is made in parts, each of which was completed by itself.

    The code of the order stands for all of its parts. What was used fills them in the
    order in which they were completed: a report that comes after a part speaks for what
    that part still waits for, as it goes into that part if it comes before; the rest
    belongs to the part that comes last. When it was used does not matter: machines tell
    of a coil at its end what they used for many pieces, and which parts were booked by
    then depends on the order of arrival alone.
    """

    _inherit = "backflush.message"

    def _uses(self, job):
        """``[(order, quantity, unit of measure)]`` that a report of a use is about."""
        order, uom, sent = job["order"], job["uom"], self._get("quantity")
        product = job["product"] or job["unit"].backflush_product_id
        uses = {}
        if product and uom._has_common_reference(product.uom_id):
            left = exact(
                uom._compute_quantity(sent, product.uom_id, rounding_method="HALF-UP")
            )
            for error in self._waiting_of_parts(order, product):
                if left <= ZERO:
                    break
                part, own = min(left, exact(error.quantity_open)), error.production_id
                left -= part
                if part > ZERO:
                    uses[own] = uses.get(own, ZERO) + part
            if left > ZERO:
                uses[order] = uses.get(order, ZERO) + left
        if len(uses) < 2:
            # In the unit that it was sent in.
            return [(next(iter(uses), order).with_env(self.env), sent, uom)]
        return [
            (own.with_env(self.env), float(quantity), product.uom_id)
            for own, quantity in uses.items()
        ]

    def _waiting_of_parts(self, order, product):
        """What completed parts wait for as not reported, oldest first."""
        parts = order.sudo().production_group_id.production_ids
        waiting = self.env["backflush.error"].sudo()
        waiting = waiting.search(
            [
                ("production_id", "in", parts.ids),
                ("product_id", "=", product.id),
                ("cause", "=", "not_reported"),
                ("state", "in", ("open", "in_process")),
            ],
            order="event_date, id",
        )
        done = waiting.filtered(lambda error: error.production_id.state == "done")
        # One by one: who asks stops when all that was used is accounted for.
        return (error for error in done if self._is_used_in(error, product))

    def _is_used_in(self, error, product):
        """Whether the report is about the component line that the record waits for."""
        order = error.production_id
        place = self._find_workorder(order.with_env(self.env))
        planned = order._backflush_component(product, place)
        return error.confirmation_line_id._is_of(planned)
