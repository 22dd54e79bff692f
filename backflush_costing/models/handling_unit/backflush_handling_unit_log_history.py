from odoo import models

from ...engine.handling_unit import Event
from ...engine.numbers import ZERO, exact, natural


class BackflushHandlingUnitLog(models.Model):
    """One report of a unit's history, as the engine sees it."""

    _inherit = "backflush.handling.unit.log"

    def _as_event(self, quantity):
        """This report as an event of the engine."""
        moment = (int(self.date_event.timestamp()), self.event_sequence)
        whole = self.company_id.backflush_unit_shortage == "all"
        return Event(self.id, moment, self.kind, quantity, whole, self._tie())

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
        return self.confirmation_id.line_ids[:1]

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
