from odoo import models
from odoo.exceptions import UserError

from ...engine.handling_unit import Event, settle
from ...engine.numbers import ZERO
from ...said import Said, said
from .backflush_handling_unit_log_lot import ONLY_LOTS, SPARED_LOTS
from .stock_package_history import BEGINNING


class StockPackage(models.Model):
    """Reports that name a lot, in a unit that holds several.

    How much each report gets is settled per product, in the order in which things
    happened. A report that names a lot asks for no more than the lot has for it, so
    that what the lot lacks is no claim on the others. Which lots the reports get that
    name none is not known to anybody: they take the oldest, and give a lot back for
    another one once somebody names it. The quantities, and the lots of the reports
    that name them, so do not depend on the order of arrival; which of the other lots
    stand on a report that names none can.
    """

    _inherit = "stock.package"

    def _backflush_used_lot(self, product, lot_id):
        """The lot that was used; none where none is named.

        :raises UserError: if there is none, or it is another product's
        """
        lot = self.env["stock.lot"].browse(lot_id or ()).exists()
        if not lot_id:
            return lot
        if not lot:
            raise UserError(self.env._("There is no lot with the number %s.", lot_id))
        lot.check_access("read")
        if lot.product_id != product:
            raise UserError(
                self.env._(
                    "%(lot)s is a lot of %(its)s, not of %(product)s. Name the lot "
                    "that was used.",
                    lot=lot.name,
                    its=lot.product_id.display_name,
                    product=product.display_name,
                )
            )
        return lot

    def _backflush_of_lot(self, free, lot):
        """Those of ``{quant: quantity}`` that are of the lot, if there is one."""
        return {q: number for q, number in free.items() if not lot or q.lot_id == lot}

    def _backflush_free_stock(self, product):
        free = super()._backflush_free_stock(product)
        only = said(self.env, ONLY_LOTS, None)
        spared = said(self.env, SPARED_LOTS, ())
        return {
            quant: number
            for quant, number in free.items()
            if (only is None or quant.lot_id.id in only)
            and quant.lot_id.id not in spared
        }

    def _backflush_target_of(self, product, history, life=None, new=None):
        life = self.backflush_life if life is None else life
        new = new or {}
        claims = self._backflush_lot_claims(product, history, life, new)
        return super()._backflush_target_of(product, history, life, {**new, **claims})

    def _backflush_lot_claims(self, product, history, life, new):
        """``{report: exact quantity}`` that those which name a lot can have of it."""
        named = history.filtered(lambda log: log.lot_id and log.product_id == product)
        claims, moments = {}, history._moments()
        for lot, logs in named.grouped("lot_id").items():
            free = self._backflush_free_of(product, lot)
            if life != self.backflush_life:
                free = min(free, max(self._backflush_kept(product, life), ZERO))
            supply = free + sum(
                (log._taken_of_lot(product, lot) for log in history), ZERO
            )
            events = [Event(0, BEGINNING, "filling", supply)]
            for log in logs:
                asked = new[log] if log in new else log._demand_of(product)
                events.append(log._as_event(moments[log], asked))
            found = settle(events)
            claims |= {log: found[log.id] for log in logs}
        return claims

    def _backflush_free_of(self, product, lot):
        """What is free of a lot in this unit, exact."""
        free = self._backflush_of_lot(self._backflush_free_stock(product), lot)
        return sum(free.values(), ZERO)

    def _backflush_give_way(self, product, targets, settled):
        """A lot that is named is given back for others by who did not name it."""
        res = super()._backflush_give_way(product, targets, settled)
        wanted = {}
        for log, target in targets.items():
            if log.lot_id and target > settled[log]:
                before = wanted.get(log.lot_id, ZERO)
                wanted[log.lot_id] = before + target - settled[log]
        self._backflush_exchange_lots(product, wanted, targets)
        return res

    def _backflush_exchange_lots(self, product, wanted, reports):
        """Free ``{lot: quantity}``: reports that name none take others instead.

        :param reports: of the unit's history
        """
        given, unnamed = {}, [log for log in reports if not log.lot_id]
        for lot, quantity in wanted.items():
            lacking = quantity - self._backflush_free_of(product, lot)
            for log in unnamed:
                part = min(lacking, log._taken_of_lot(product, lot))
                if part > ZERO:
                    of_it = {ONLY_LOTS: Said(tuple(lot.ids))}
                    log.with_context(**of_it)._give_back(product, part)
                    given[log] = given.get(log, ZERO) + part
                    lacking -= part
        spared = {SPARED_LOTS: Said(tuple(lot.id for lot in wanted))}
        for log, quantity in given.items():
            log.with_context(**spared)._take_more(product, quantity)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_left_by_line(self):
        """Of a lot alone where a unit's history asks for it."""
        left = super()._backflush_left_by_line()
        only = said(self.env, ONLY_LOTS, None)
        return {
            line: number
            for line, number in left.items()
            if only is None or line.lot_id.id in only
        }
