from odoo import models

from ....engine.numbers import ZERO, exact
from .backflush_error_correct import SUPERVISOR


class BackflushError(models.Model):
    """A substitute for many records: each takes what stands for what it lacks."""

    _inherit = "backflush.error"

    def action_substitute_open(self, product_id, location_id=None, lot_id=None):
        """Issue an approved substitute instead of all that is open, the oldest first.

        Each record takes as much as its approval and the free stock allow.

        :param int product_id: the substitute
        :param int location_id: where it was taken from; where each order takes it
            from, where empty
        :param int lot_id: its lot, where it is tracked
        :return: True; what it does not stand for stays open
        :raises UserError: if no approval covers any of the records
        """
        self._check_role(SUPERVISOR)
        self._check_open()
        self._check_components()
        substitute = self.env["product.product"].browse(product_id).sudo()
        self._acquire_substitutes(substitute, location_id)
        covered = self.browse()
        for error in self.sorted(lambda e: (e.event_date, e.id)):
            inner = error.sudo().with_company(error.company_id)
            place = inner._substitute_place(substitute, location_id)
            deviation, quantity = inner._substitute_now(substitute, place, lot_id)
            if substitute.uom_id.compare(quantity, 0.0) > 0:
                error.action_substitute(product_id, quantity, None, location_id, lot_id)
            if deviation:
                covered |= error
        if not covered:
            self[:1].sudo()._approval(substitute, 0.0)
        return True

    def _acquire_substitutes(self, substitute, location_id=None):
        """Queue for all stock that substituting these records draws on."""
        keys = set()
        for error in self.sudo().filtered("product_id"):
            place = error._substitute_place(substitute, location_id)
            keys |= error._substitute_keys(substitute, place)
        if keys:
            self.env["backflush.stock.lock"].sudo()._acquire(keys)

    def _substitute_now(self, substitute, place, lot_id=None, free=None, left=None):
        """``(approval, how much of the substitute this record can take now)``.

        :param free: ``{quant: free quantity}`` instead of what is free, exact
        :param left: ``{approval: what may still be replaced}`` instead of what may
        """
        self.ensure_one()
        deviation, _refusals = self._find_approval(substitute, 0.0)
        if not deviation:
            return deviation, 0.0
        own, waiting = substitute.uom_id, exact(self.quantity_open)
        wanted = min(waiting, self._still_approved(deviation, left))
        needed = deviation._substitute_quantity(float(wanted), self.uom_id)
        needed = deviation.substitute_uom_id._compute_quantity(needed, own)
        limit = exact(needed)
        if not self._substitute_counts(substitute):
            stock = self._substitute_stock(substitute, place, lot_id)
            free = stock._backflush_free() if free is None else free
            limit = min(limit, sum((max(free[q], ZERO) for q in stock), ZERO))
        if limit < exact(needed):
            needed = own.round(float(limit), rounding_method="DOWN")
        if self._too_much(deviation, needed):
            # The last unit of what cannot be divided stands for more than is left.
            needed = own.round(needed - own.rounding)
        return deviation, max(needed, 0.0)

    def _still_approved(self, deviation, left=None):
        """What may still be replaced by ``deviation``, in the component's unit."""
        if not deviation.quantity:
            return exact(self.quantity_open)
        left = {} if left is None else left
        return left.setdefault(deviation, deviation._left_of_component())

    def _preview_substitute(self, substitute, location_id=None, lot_id=None):
        """``{record: what the substitute would settle of it}``, the oldest first."""
        free, left, effects = {}, {}, {}
        for error in self.sudo().sorted(lambda e: (e.event_date, e.id)):
            error = error.with_company(error.company_id)
            place = error._substitute_place(substitute, location_id)
            stock = error._substitute_stock(substitute, place, lot_id)
            for quant, number in stock._backflush_free().items():
                free.setdefault(quant, max(number, ZERO))
            deviation, used = error._substitute_now(
                substitute, place, lot_id, free, left
            )
            if not used:
                continue
            replaced = deviation._replaced_by(used, substitute.uom_id)
            effects[error] = min(error.uom_id.round(replaced), error.quantity_open)
            if deviation in left:
                left[deviation] -= exact(effects[error])
            rest = exact(used)
            for quant in stock:
                part = min(rest, free[quant])
                free[quant] -= part
                rest -= part
        return effects
