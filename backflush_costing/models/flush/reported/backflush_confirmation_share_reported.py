from odoo import models

from ....engine.allocation import spread
from ....engine.numbers import exact


class BackflushConfirmationShare(models.Model):
    """Which order's product a reported consumption went into.

    The quantity of such a share is the component's.
    """

    _inherit = "backflush.confirmation.share"

    def _is_consumption(self):
        """Whether this is a part of a reported consumption."""
        return self.confirmation_id._is_consumption()

    def _covering(self, components, quantity):
        """Pieces that are scrapped take along no report of what was used."""
        rest = self.filtered(lambda share: not share._is_consumption())
        return super(BackflushConfirmationShare, rest)._covering(components, quantity)

    def _spread(self, productions):
        """Each order gets of what was reported as much as its plan asks for."""
        reported = self.filtered(lambda share: share._is_consumption())
        res = super(BackflushConfirmationShare, self - reported)._spread(productions)
        for shares in reported.grouped(
            lambda share: share.confirmation_id.line_ids._component_key()
        ).values():
            line = shares[:1].confirmation_id.line_ids
            pieces = spread(
                [exact(share.quantity) for share in shares],
                [line._planned_in(order) for order in productions],
            )
            for share, parts in zip(shares, pieces, strict=True):
                share._divide([(productions[i], float(part)) for i, part in parts])
        return res


class BackflushConfirmationLine(models.Model):
    _inherit = "backflush.confirmation.line"

    def _component_key(self):
        """What reports about the same component of an order have in common."""
        self.ensure_one()
        return (self.bom_line_id.id, self.product_id.id, self.move_id.operation_id.id)

    def _planned_in(self, order):
        """What ``order`` plans of this component, exact, in the component's unit."""
        planned = order.move_raw_ids.filtered(
            lambda m: (
                not m.additional
                and m.state not in ("done", "cancel")
                and self._is_of(m)
            )
        )
        return exact(sum(m._backflush_demand_quantity() for m in planned))
