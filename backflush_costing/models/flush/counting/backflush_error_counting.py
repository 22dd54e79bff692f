from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError

from ....engine.allocation import Allocation, Requirement
from ....engine.counting import settle
from ....engine.numbers import ZERO, exact


class Named(NamedTuple):
    """Which stock somebody says was used, where the record says otherwise."""

    place: models.Model = None
    lot_id: int = None
    package_id: int = None

    @property
    def stock(self):
        """Lot and handling unit."""
        return self.lot_id, self.package_id


NOBODY = Named()


class BackflushError(models.Model):
    """Records that a count works off."""

    _inherit = "backflush.error"

    def action_issue_from(self, location_id, lot_id=None, package_id=None):
        """Nothing is taken from where somebody counts."""
        self.check_access("read")
        place = self.env["stock.location"].browse(location_id)
        place.check_access("read")
        if place.sudo().backflush_is_blocked:
            raise UserError(
                self.env._(
                    "%s is blocked for counting. End the count first, or issue from "
                    "another location.",
                    place.display_name,
                )
            )
        return super().action_issue_from(location_id, lot_id, package_id)

    def _waiting_under(self, place):
        """Open records at ``place`` or below, the oldest first.

        What another count still blocks is left out.
        """
        return self.search(
            [
                ("state", "in", ("open", "in_process")),
                ("product_id", "!=", False),
                ("location_id", "child_of", place.id),
                ("location_id.backflush_is_blocked", "=", False),
            ]
        )

    def _counted(self, quants, differences, dates, named=None):
        """What a count of ``quants`` does to these records.

        :param differences: ``{quant: counted - books}``, exact
        :param dates: ``{quant: moment that its count speaks of}``
        :param named: :class:`Named` instead of what the records say
        :return: ``{record id: Allocation}`` over quant ids, and ``{quant id: found in
            addition}``
        """
        named = named or NOBODY
        requirements, rooms = [], {}
        for error in self:
            pools = error._matching(
                quants, named.place or error.location_id, *named.stock
            ).filtered(lambda q, error=error: dates[q] >= error.event_date)
            if not pools:
                continue
            requirements.append(
                Requirement(error.id, exact(error.quantity_open), tuple(pools.ids))
            )
            rooms[error.id] = error._count_rooms(pools, differences, named).ids
        return settle(
            requirements, {q.id: number for q, number in differences.items()}, rooms
        )

    def _count_rooms(self, quants, differences, named):
        """Which of these can hold stock that was used and never recorded.

        A lot that nobody named is not made up, and a serial number that was counted
        has not been used.
        """
        self.ensure_one()
        if self._needs_lot(*named.stock):
            return quants.browse()
        if self.product_id.tracking != "serial":
            return quants
        return quants.filtered(lambda q: exact(q.quantity) + differences[q] <= ZERO)

    def _work_off_counted(self, allocations, keys, named=None):
        """Issue what a count explains from the stock that was counted.

        :param allocations: see :meth:`_counted`
        :param keys: ``{quant id: its key}`` as they were before the count; core merges
            and removes quants
        """
        errors = self.filtered(
            lambda e: e.id in allocations and allocations[e.id].draws
        )
        if not errors:
            return
        place = (named or NOBODY).place
        where = {error: place or error.location_id for error in errors}
        now = errors._quants_now(where)
        result = {
            error.id: Allocation(
                tuple((now[keys[q]], n) for q, n in allocations[error.id].draws),
                allocations[error.id].missing,
            )
            for error in errors
        }
        for company, some in errors.grouped("company_id").items():
            some = some.with_company(company)._as_remedy("count")
            moves = some._issue(result, where)
            some._post_work_off(moves)

    def _quants_now(self, where):
        """``{key of stock: id}`` of all stock of these components where they lack."""
        quants = self.env["stock.quant"].sudo()
        stock = quants.search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "child_of", [place.id for place in where.values()]),
            ],
            order="id desc",
        )
        return {quant._backflush_key(): quant.id for quant in stock}
