from odoo import fields, models

from ....engine.numbers import ZERO, exact


class BackflushConfirmationShare(models.Model):
    """What an operation issued for pieces that are scrapped afterwards."""

    _inherit = "backflush.confirmation.share"

    scrap_confirmation_id = fields.Many2one(
        "backflush.confirmation",
        "Scrapped By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Report by which the pieces were scrapped; empty: they become product.",
    )

    def _is_for_product(self):
        return super()._is_for_product() and not self.scrap_confirmation_id

    def _is_asked_again(self):
        return bool(self.scrap_confirmation_id) or super()._is_asked_again()

    def _covering(self, components, quantity):
        """What of these open shares the scrapped pieces take along.

        :param components: planned components that the pieces have consumed
        :param quantity: scrapped, exact, in the order's unit
        :return: ``{component: quantity of product that nothing was issued for yet}``
            and ``[(share, quantity of it)]``
        """
        left = dict.fromkeys(components, exact(quantity))
        taken = []
        for share in self:
            lines = share.confirmation_id.line_ids
            own = [
                move for move in components if any(line._is_of(move) for line in lines)
            ]
            part = min((left[move] for move in own), default=ZERO)
            part = min(part, exact(share.quantity))
            if part > ZERO:
                taken.append((share, part))
                left.update({move: left[move] - part for move in own})
        return left, taken

    def _scrap(self, quantity, confirmation):
        """Let ``quantity`` of this share end as scrap; its order asks for it again."""
        self.ensure_one()
        order, rest = self.production_id, exact(self.quantity) - quantity
        if rest > ZERO:
            self._divide([(order, float(quantity)), (order, float(rest))])
        self.confirmation_id.line_ids._ask_again(self)
        self.write(
            {
                "date_completed": confirmation.date_event,
                "scrap_confirmation_id": confirmation.id,
            }
        )
        self.confirmation_id._close(confirmation.date_event)

    def _unscrap(self):
        """The pieces were not scrapped: in process again, or back if too late.

        An order that is open goes on with them. Of an order that is not made any
        more the components come back to where they were taken from.
        """
        for share in self:
            order, report = share.production_id, share.confirmation_id
            share.write({"date_completed": False, "scrap_confirmation_id": False})
            report.date_closed = False
            if order.state not in ("done", "cancel"):
                report.line_ids._ask_again(share, -1)
                continue
            share._return()
            kept = sum(report.share_ids._kept().mapped("quantity"))
            report.reversed_quantity = report.quantity - kept
