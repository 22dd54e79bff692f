from odoo import models

from ...engine.allocation import Requirement, allocate
from ...engine.numbers import exact
from ...said import Said, said

ANY_UNIT = "backflush_any_unit"


class BackflushError(models.Model):
    """A unit that held too little: what was used came from somewhere else."""

    _inherit = "backflush.error"

    def action_issue_from(self, location_id, lot_id=None, package_id=None):
        """Somebody who says from where is not held to the unit that was empty."""
        errors = self._from_any_unit(package_id)
        return super(BackflushError, errors).action_issue_from(
            location_id, lot_id, package_id
        )

    def _preview_issue(self, location=None, lot_id=None, package_id=None):
        errors = self._from_any_unit(package_id) if location else self
        return super(BackflushError, errors)._preview_issue(
            location, lot_id, package_id
        )

    def _free_at(self, location, lot_id=None, package_id=None):
        errors = self._from_any_unit(package_id)
        return super(BackflushError, errors)._free_at(location, lot_id, package_id)

    def _from_any_unit(self, package_id=None):
        """These records, not held to the units that were empty."""
        empty = self.filtered("package_id")
        if not empty or package_id:
            return self
        return self.with_context(**{ANY_UNIT: Said(tuple(empty.ids))})

    def _matching(self, stock, location, lot_id=None, package_id=None):
        """What is consumed as reported comes out of a mounted unit that is named."""
        is_free = self.id in said(self.env, ANY_UNIT, ())
        if is_free:
            found = self._matching_any_unit(stock, location, lot_id)
        elif not package_id and self._is_of_former_life():
            # What was filled in since was not there when it was used.
            return stock.browse()
        else:
            found = super()._matching(stock, location, lot_id, package_id)
        is_named = package_id or (self.package_id and not is_free)
        if is_named or not self.confirmation_line_id._is_as_reported():
            return found
        return found - found._backflush_mounted()

    def _matching_any_unit(self, stock, location, lot_id=None):
        """What matches whatever unit it lies in."""
        lot_id = lot_id or self.lot_id.id
        return self._drawable(stock).filtered(
            lambda quant: (
                quant.product_id == self.product_id
                and quant._backflush_is_under(location)
                and (not lot_id or quant.lot_id.id == lot_id)
            )
        )

    def _issue_from_unit(self, quantity):
        """Issue ``quantity`` of these records from the unit that holds it after all."""
        free = self.package_id._backflush_free_stock(self.product_id)
        self._issue_out_of(free, quantity)

    def _issue_beside(self, unit):
        """Issue what a unit does not hold from what lies loose beside it."""
        for error in self:
            planned = error.confirmation_line_id.move_id
            loose = unit._backflush_loose_stock(planned)
            loose = unit._backflush_of_lot(loose, error.lot_id)
            error._issue_out_of(loose, exact(error.quantity_open))

    def _is_of_former_life(self):
        """Whether the unit was found empty, and filled again, since it was used."""
        unit, log = self.sudo().package_id, self._unit_log()
        return bool(unit and log and log[0].life != unit.backflush_life)

    def _unit_log(self):
        """The report of a use that these records are about; empty: none."""
        lines = self.sudo().confirmation_line_id
        return lines.confirmation_id.unit_log_ids.filtered(
            lambda log: log.kind == "consumption"
        )

    def _issue_out_of(self, free, quantity):
        """Issue ``quantity`` of these records out of ``{quant: free quantity}``."""
        pools, needs = tuple(quant.id for quant in free), []
        for error in self:
            part = min(quantity, exact(error.quantity_open))
            quantity -= part
            needs.append(Requirement(error.id, part, pools))
        result = allocate(needs, {quant.id: number for quant, number in free.items()})
        issued = self.filtered(lambda error: result[error.id].draws)
        if issued:
            where = {error: error.location_id for error in issued}
            issued._post_work_off(issued._issue(result, where))
