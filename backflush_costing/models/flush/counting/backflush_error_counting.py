from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from ....engine.allocation import Allocation, Requirement
from ....engine.counting import settle
from ....engine.numbers import ZERO, exact


class BackflushError(models.Model):
    """Records that a count works off."""

    _inherit = "backflush.error"

    def action_issue_from(self, location_id, lot_id=None, package_id=None):
        """Nothing is taken from where somebody counts."""
        place = self.env["stock.location"].browse(location_id).sudo()
        if place.backflush_is_blocked:
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

    def _counted(self, quants, differences, dates):
        """What a count of ``quants`` does to these records.

        :param differences: ``{quant: counted - books}``, exact
        :param dates: ``{quant: moment that its count speaks of}``
        :return: ``{record id: Allocation}`` over quant ids, and ``{quant id: found in
            addition}``
        """
        requirements, rooms = [], {}
        for error in self:
            pools = error._matching(quants, error.location_id).filtered(
                lambda q, error=error: dates[q] >= error.event_date
            )
            if not pools:
                continue
            requirements.append(
                Requirement(error.id, exact(error.quantity_open), tuple(pools.ids))
            )
            rooms[error.id] = error._count_rooms(pools, differences).ids
        return settle(
            requirements, {q.id: number for q, number in differences.items()}, rooms
        )

    def _count_rooms(self, quants, differences):
        """Which of these can hold stock that was used and never recorded.

        A lot that nobody named is not made up, and a serial number that was counted
        has not been used.
        """
        self.ensure_one()
        if self._needs_lot():
            return quants.browse()
        if self.product_id.tracking != "serial":
            return quants
        return quants.filtered(lambda q: exact(q.quantity) + differences[q] <= ZERO)

    def _work_off_counted(self, allocations, keys):
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
        stock = self.env["stock.quant"].sudo()
        stock = stock.search(
            [
                ("product_id", "in", errors.product_id.ids),
                ("location_id", "child_of", errors.location_id.ids),
            ],
            order="id desc",
        )
        now = {quant._backflush_key(): quant.id for quant in stock}
        result = {
            error.id: Allocation(
                tuple((now[keys[q]], n) for q, n in allocations[error.id].draws),
                allocations[error.id].missing,
            )
            for error in errors
        }
        for company, some in errors.grouped("company_id").items():
            some = some.with_company(company)._as_remedy("count")
            where = {error: error.location_id for error in some}
            moves = some._issue(result, where)
            some._post_work_off(moves)

    def _settle_by_counts(self, place, since):
        """Work off what was used before the last count of its stock.

        What was reported while the location was blocked, but used before somebody
        counted, is not on the shelf any more: the count saw what was left.

        :param place: location whose count ended
        :param since: when that count began
        """
        counted = self._last_counts(place, since)
        if not counted:
            return
        quants = self._counted_quants(counted)
        # What happened in the second of the count was reported after it.
        before = timedelta(seconds=1)
        dates = {quant: counted[quant._backflush_key()] - before for quant in quants}
        nothing = dict.fromkeys(quants, ZERO)
        allocations, surplus = self._counted(quants, nothing, dates)
        keys = {quant.id: quant._backflush_key() for quant in quants}
        found = {quants.browse(pool): number for pool, number in surplus.items()}
        quants._backflush_find(found)
        self._work_off_counted(allocations, keys)

    def _last_counts(self, place, since):
        """``{key of stock: when it was counted last}`` under ``place``."""
        lines = self.env["stock.move.line"].search(
            [
                ("state", "=", "done"),
                ("product_id", "in", self.product_id.ids),
                ("move_id.is_inventory", "=", True),
                ("move_id.date", ">=", since),
                "|",
                "&",
                ("location_id", "child_of", place.id),
                ("location_dest_id.usage", "=", "inventory"),
                "&",
                ("location_dest_id", "child_of", place.id),
                ("location_id.usage", "=", "inventory"),
            ]
        )
        counted = {}
        for line in lines:
            key = line._backflush_counted_key()
            date = line.move_id.date
            counted[key] = max(date, counted.get(key, date))
        return counted

    def _counted_quants(self, counted):
        """The quants of the counted stock; one of nothing where nothing is left."""
        quants = self.env["stock.quant"].sudo().browse()
        for product, location, lot, package, owner in counted:
            values = {
                "product_id": product,
                "location_id": location,
                "lot_id": lot,
                "package_id": package,
                "owner_id": owner,
            }
            domain = [(name, "=", value) for name, value in values.items()]
            known = quants.search(domain, limit=1, order="id")
            quants |= known or quants.create(values)
        return quants
