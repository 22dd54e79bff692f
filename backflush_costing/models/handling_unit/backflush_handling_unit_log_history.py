from decimal import Decimal

from odoo import fields, models

from ...engine.handling_unit import Event
from ...engine.numbers import ZERO, exact, natural
from .res_company import SHORTAGES


class BackflushHandlingUnitLog(models.Model):
    """One report of a unit's history, as the engine sees it."""

    _inherit = "backflush.handling.unit.log"

    shortage = fields.Selection(
        SHORTAGES,
        "Where Too Little Was Left",
        readonly=True,
        help="What the company's setting said when the use was reported; what was "
        "issued then does not change with the setting.",
    )
    kept = fields.Json(
        "Still In The Unit",
        readonly=True,
        help="What a life of the unit that ended with this report has left in it, by "
        "product: a residue that waits for a supervisor.",
    )

    def _as_event(self, moment, quantity):
        """This report as an event of the engine."""
        whole = self.shortage == "all"
        return Event(self.id, moment, self.kind, quantity, whole, self._tie())

    def _moments(self):
        """``{report: (second, number)}``: when each of these happened.

        A sender that numbers its reports says itself what came first, whatever its
        clock says: none happened before one with a lower number.
        """
        found = {log: (_second(log), log.event_sequence) for log in self}
        numbered = self.filtered("event_sequence").sorted("event_sequence")
        for logs in numbered.grouped(lambda log: log._sender()).values():
            reached = 0
            for log in logs:
                reached = max(reached, _second(log))
                found[log] = (reached, log.event_sequence)
        return found

    def _sender(self):
        """Hook: who has numbered this report."""
        return None

    def _kept_of(self, product):
        """What is left in the unit of the life that this ended, exact."""
        return Decimal((self.kept or {}).get(str(product.id), 0))

    def _keep(self, product, quantity):
        """Note what is left in the unit of the life that this ended."""
        kept = {**(self.kept or {}), str(product.id): str(quantity)}
        self.kept = {key: number for key, number in kept.items() if Decimal(number)}

    def _tie(self):
        """What tells this from others of the same second, whenever they arrived.

        Two that are alike in all of it are interchangeable.
        """
        return (
            natural(self.event_reference or ""),
            natural(self.production_id.name or ""),
            self.quantity,
        )

    def _line(self):
        """The component that this consumption was confirmed with."""
        lines = self.confirmation_id.line_ids
        # A slice forgets that its neighbours are read at once.
        return lines[:1].with_prefetch(lines._prefetch_ids)

    def _taken_of(self, product):
        """What this report has taken of a product out of the unit, exact."""
        self.ensure_one()
        if self.kind == "empty":
            return exact(self._residue_of(product))
        if self.product_id != product:
            return ZERO
        return self._line()._issued_from(self.package_id)

    def _demand_of(self, product):
        """What this report needs of a product out of the unit, exact.

        What was worked off from elsewhere, written off or taken back is not asked of
        the unit any more.
        """
        self.ensure_one()
        if self.kind == "empty" or self.product_id != product:
            return ZERO
        line = self._line()
        waiting = line._open_in(self.package_id).mapped("quantity_open")
        return self._taken_of(product) + exact(sum(waiting))

    def _give_back(self, product, quantity):
        """Bring ``quantity`` back into the unit."""
        if self.kind == "empty":
            self._return_residue(product, quantity)
        else:
            self._line()._give_back(self.package_id, quantity)

    def _take_more(self, product, quantity):
        """Take ``quantity`` more out of the unit."""
        if self.kind == "empty":
            self._issue_residue(product, quantity)
        else:
            self._line()._open_in(self.package_id)._issue_from_unit(quantity)


def _second(log):
    return int(log.date_event.timestamp())
