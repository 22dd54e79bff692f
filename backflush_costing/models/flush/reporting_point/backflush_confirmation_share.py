from odoo import fields, models

from ....engine.allocation import spread
from ....engine.numbers import ZERO, exact


class BackflushConfirmationShare(models.Model):
    """How much of a report at an operation belongs to which order.

    Components that are issued when an operation starts or finishes have left stock
    before the product is received: they are *in process*. A share says which order
    will receive the product that they went into. It begins with the order that
    reported; a backorder takes over what its order does not complete. Once the
    product is received the share is completed, and the ledger follows.
    """

    _name = "backflush.confirmation.share"
    _description = "Share of a Confirmation"
    _order = "id"

    confirmation_id = fields.Many2one(
        "backflush.confirmation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Report at the operation.",
    )
    company_id = fields.Many2one(
        related="confirmation_id.company_id",
        store=True,
        index=True,
        help="Company of the confirmation.",
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Order that receives the product.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Reported quantity that belongs to the order, in the order's unit.",
    )
    date_completed = fields.Datetime(
        readonly=True,
        help="When the product was received. Empty: in process.",
    )

    date_returned = fields.Datetime(
        readonly=True, help="When the components were brought back."
    )

    def _open(self):
        """Shares in process: the product not received, the components not back."""
        return self.filtered(lambda s: not s.date_completed and not s.date_returned)

    def _is_for_product(self):
        """Hook: whether what was issued becomes product that is received."""
        self.ensure_one()
        return True

    def _is_asked_again(self):
        """Hook: whether the order asks again for what this share had covered."""
        self.ensure_one()
        return bool(self.date_returned)

    def _asked_before(self):
        """Exact quantity of the same report that is asked for again, this left out."""
        others = (self.confirmation_id.share_ids - self).filtered(
            lambda share: share._is_asked_again()
        )
        return sum((exact(share.quantity) for share in others), ZERO)

    def _kept(self, moment=None):
        """Shares that were not brought back by a UTC moment; by now when empty."""
        return self.filtered(
            lambda s: not s.date_returned or (moment and s.date_returned > moment)
        )

    def _spread(self, productions):
        """Let each order have what was reported of the product that it will receive.

        :param productions: the order that was split, and its backorders
        """
        for shares in self.grouped(
            lambda share: share.confirmation_id._point()
        ).values():
            pieces = spread(
                [exact(share.quantity) for share in shares],
                [exact(order.product_qty) for order in productions],
            )
            for share, parts in zip(shares, pieces, strict=True):
                share._divide([(productions[i], float(part)) for i, part in parts])

    def _divide(self, parts):
        """Replace this share by ``(order, quantity)`` pairs."""
        self.ensure_one()
        (order, quantity), *others = parts
        self.write({"production_id": order.id, "quantity": quantity})
        self.create(
            [
                {
                    "confirmation_id": self.confirmation_id.id,
                    "production_id": other.id,
                    "quantity": part,
                }
                for other, part in others
            ]
        )

    def _part(self):
        """This share of all whose components are still out, as an exact fraction."""
        self.ensure_one()
        kept = self.confirmation_id.share_ids._kept()
        total = sum((share._quantity_out() for share in kept), ZERO)
        return exact(self.quantity) / total if total else ZERO

    def _quantity_out(self):
        """Exact quantity whose components are out; what was unbuilt is back."""
        self.ensure_one()
        quantity, order = exact(self.quantity), self.production_id
        is_received = self.date_completed and self._is_for_product()
        if not is_received or not order.qty_produced:
            return quantity
        unbuilt = sum(
            unbuild.product_uom_id._compute_quantity(
                unbuild.product_qty, order.product_uom_id, round=False
            )
            for unbuild in order.unbuild_ids.filtered(lambda u: u.state == "done")
        )
        made = exact(order.qty_produced)
        return quantity * max(made - exact(unbuilt), ZERO) / made

    def _reopen(self):
        """Let the orders that these shares belong to report the operation again.

        Taking a start back says nothing about what has been finished since.
        """
        for share in self.filtered(lambda s: s.confirmation_id.trigger == "operation"):
            report, order = share.confirmation_id, share.production_id
            own = report.workorder_id
            if own.production_id != order:
                own = order.workorder_ids.filtered(
                    lambda w, own=own: (
                        w.operation_id and w.operation_id == own.operation_id
                    )
                )
            if order.state not in ("done", "cancel"):
                own._backflush_reopen(share.quantity)

    def _return(self):
        """Bring the components of these open shares back to where they came from.

        What was never issued is not owed any more, and the order asks for all of it
        again.

        :return: the done stock moves
        """
        moves = self.env["stock.move"]
        for share in self._open():
            lines, part = share.confirmation_id.line_ids, share._part()
            moves |= lines._return_issues(part)
            lines._release_errors(part)
            lines._ask_again(share)
            share.date_returned = fields.Datetime.now()
            share.confirmation_id._close(share.date_returned)
        return moves
