from datetime import timedelta

from odoo import models

from ....engine.numbers import ZERO
from .backflush_error_counting import NOBODY, Named

COUNTS = "backflush_counts"


class BackflushError(models.Model):
    """What was used before its stock was counted, and is worked off after.

    The count saw what that use left. So nothing of what was counted since is drawn on:
    the use is issued from it, and posted as found in addition, as the count would have
    done it. Stock that was not counted since is taken first.
    """

    _inherit = "backflush.error"

    def _quants(self, where):
        """Stock, and when it was counted since the oldest of these records."""
        stock = super()._quants(where)
        counts = self._counts_since()
        return stock.with_context(**{COUNTS: counts}) if counts else stock

    def _counts_since(self):
        """Counts after the oldest of these records; see ``stock.move``."""
        waiting = self.filtered("product_id")
        if not waiting:
            return {}
        moves = self.env["stock.move"].sudo()
        oldest = min(waiting.mapped("event_date"))
        return moves._backflush_counts_since(waiting.product_id, oldest)

    def _matching(self, stock, location, lot_id=None, package_id=None):
        """What was counted since is not what was used."""
        quants = super()._matching(stock, location, lot_id, package_id)
        counts = stock.env.context.get(COUNTS)
        if not counts:
            return quants
        return quants.filtered(
            lambda quant: (
                quant._backflush_key() not in counts
                or counts[quant._backflush_key()] <= self.event_date
            )
        )

    def _reissue(self, location=None, lot_id=None, package_id=None):
        """What stock that was not counted since does not meet is found, and issued."""
        res = super()._reissue(location, lot_id, package_id)
        waiting = self.filtered(lambda error: error._is_open())
        for company, errors in waiting.grouped("company_id").items():
            named = Named(location, lot_id, package_id)
            errors.with_company(company)._settle_counted(named)
        return res

    def _settle_counted(self, named=NOBODY):
        """Work these records of one company off by counts after what they are about."""
        quants, allocations, surplus = self._explained_since(named, make=True)
        explained = self.filtered(
            lambda e: e.id in allocations and allocations[e.id].draws
        )
        if not explained:
            return
        keys = {quant.id: quant._backflush_key() for quant in quants}
        self.env["backflush.stock.lock"].sudo()._acquire(
            {key[:2] for key in keys.values()}, merge=False
        )
        found = {quants.browse(pool): number for pool, number in surplus.items()}
        reason = self.env._("Used before the count, worked off later: %s")
        quants._backflush_find(found, reason % ", ".join(explained.mapped("name")))
        explained._work_off_counted(allocations, keys, named)

    def _explained_since(self, named=NOBODY, make=False):
        """What counts explain of these records.

        :param bool make: whether stock that nothing is left of is made an empty quant
        :return: the counted quants, and what :meth:`_counted` says about them
        """
        errors = self.filtered(lambda e: e.product_id and e.quantity_open)
        counts = errors._counts_since()
        quants = self.env["stock.quant"]
        if counts:
            at = named.place or errors.location_id
            quants = quants._backflush_counted(counts, at, make)
        # What happened in the second of the count was reported after it.
        before = timedelta(seconds=1)
        dates = {quant: counts[quant._backflush_key()] - before for quant in quants}
        nothing = dict.fromkeys(quants, ZERO)
        return quants, *errors._counted(quants, nothing, dates, named)

    def _free_quantities(self):
        """What a count explains needs no stock."""
        free = super()._free_quantities()
        for error, quantity in self._explained_quantities().items():
            free[error] = max(free[error], quantity)
        return free

    def _explained_quantities(self, named=NOBODY):
        """``{record: what counts since explain of it}``."""
        errors = self.sudo()
        _quants, allocations, _surplus = errors._explained_since(named)
        return {
            error: float(allocations[error.id].issued)
            for error in self
            if error.id in allocations and allocations[error.id].draws
        }

    def _free_at(self, location, lot_id=None, package_id=None):
        free = super()._free_at(location, lot_id, package_id)
        if not self or not location:
            return free
        named = Named(location, lot_id, package_id)
        return max(free, sum(self._explained_quantities(named).values()))
