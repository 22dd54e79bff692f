from odoo import api, fields, models

from ....engine.numbers import ZERO, exact

SURPLUS = "backflush_count_surplus"
COUNTED = "backflush_count_dates"


class StockQuant(models.Model):
    """A count of stock that error records wait for does not count it twice.

    The books lack what was used and never issued. A count finds what is left after
    that: it posts *counted + open - books* as inventory difference and issues the open
    quantity, all in one transaction. Afterwards the books hold what was counted.
    """

    _inherit = "stock.quant"

    def _backflush_count_keys(self):
        """``(product id, location id)`` of this stock and of all that waits for it.

        A record waits for stock at its own location, or below it.
        """
        return {
            (quant.product_id.id, place.id)
            for quant in self
            for place in quant.location_id._backflush_guarded_line()
        }

    def _apply_inventory(self, date=None):
        guarded = self.filtered(lambda q: q.location_id._backflush_is_guarded())
        if not guarded:
            return super()._apply_inventory(date)
        dates = guarded._backflush_count_dates(date)
        counts = self.with_context(**{COUNTED: {q.id: dates[q] for q in guarded}})
        errors = guarded._backflush_counted_errors()
        allocations, surplus = {}, {}
        if errors:
            # As core does it: what was counted counts; what differs follows from it.
            self.inventory_quantity_set = True
            differences = {q: exact(q.inventory_diff_quantity) for q in guarded}
            allocations, surplus = errors._counted(guarded, differences, dates)
        if not surplus:
            return super(StockQuant, counts)._apply_inventory(date)
        keys = {quant.id: quant._backflush_key() for quant in guarded}
        # A count that changes nothing has to be posted where it works something off.
        posting = counts.with_context(
            **{SURPLUS: {pool: float(n) for pool, n in surplus.items()}},
            from_inverse_qty=False,
        )
        res = super(StockQuant, posting)._apply_inventory(date)
        errors._work_off_counted(allocations, keys)
        return res

    def _backflush_counted_errors(self):
        """Open records that wait for some of this stock, the oldest first.

        Their rows of the stock lock are taken before: whoever parks something there
        at the same time comes first, and Odoo counts again, or comes later.
        """
        errors = self.env["backflush.error"].sudo()
        if not self:
            return errors
        self.env["backflush.stock.lock"].sudo()._touch(self._backflush_count_keys())
        return errors.search(
            [
                ("state", "in", ("open", "in_process")),
                ("product_id", "in", self.product_id.ids),
                ("location_id", "parent_of", self.location_id.ids),
            ]
        )

    def _backflush_count_dates(self, date):
        """``{quant: moment that its count speaks of}``.

        That is ``date``, else now; with an accounting date, the end of that day where
        it is earlier.
        """
        moment = fields.Datetime.to_datetime(date) or fields.Datetime.now()
        dates = {}
        for quant in self:
            dates[quant] = moment
            if quant.accounting_date:
                company = quant.company_id or self.env.company
                end = company._backflush_end_of_day(quant.accounting_date)
                dates[quant] = min(moment, end)
        return dates

    def _get_inventory_move_values(
        self,
        qty,
        location_id,
        location_dest_id,
        package_id=False,
        package_dest_id=False,
    ):
        """The difference is larger by what the count works off."""
        surplus = self.env.context.get(SURPLUS, {}).get(self.id)
        if surplus:
            found = location_dest_id == self.location_id
            outside = location_id if found else location_dest_id
            qty = self.product_uom_id.round((qty if found else -qty) + surplus)
            location_id, location_dest_id = outside, self.location_id
            package_id, package_dest_id = False, self.package_id
            if qty <= 0:
                qty = -qty
                location_id, location_dest_id = location_dest_id, location_id
                package_id, package_dest_id = package_dest_id, False
        values = super()._get_inventory_move_values(
            qty, location_id, location_dest_id, package_id, package_dest_id
        )
        counted = self.env.context.get(COUNTED, {}).get(self.id)
        return {**values, "backflush_counted_until": counted} if counted else values

    @api.model
    def _backflush_find(self, surplus, reason):
        """Post ``{quant: quantity}`` as found stock: that is no count.

        :param str reason: why it is posted; the movement and its entry carry it
        """
        values = [
            quant.with_context(inventory_name=reason)._get_inventory_move_values(
                float(quantity),
                quant.product_id.with_company(
                    quant.company_id
                ).property_stock_inventory,
                quant.location_id,
                package_dest_id=quant.package_id,
            )
            for quant, quantity in surplus.items()
            if quantity > ZERO
        ]
        moves = self.env["stock.move"].with_context(inventory_mode=False).create(values)
        moves.with_context(ignore_dest_packages=True)._action_done()
        return moves

    @api.model
    def _backflush_counted(self, counts, places, make=False):
        """The counted stock at ``places``, without what somebody is counting now.

        :param counts: ``{key of stock: moment}``, see ``_backflush_counts_since``
        :param places: locations; what lies below them is meant too
        :param bool make: whether stock that nothing is left of is made an empty quant
        """
        quants = self.sudo().browse()
        locations = places.browse({key[1] for key in counts}).sudo()
        here = locations.filtered(
            lambda at: (
                not at.backflush_is_blocked
                and any(at.parent_path.startswith(p.parent_path) for p in places)
            )
        )
        wanted = {key for key in counts if key[1] in here.ids}
        if not wanted:
            return quants
        domain = [
            ("product_id", "in", [key[0] for key in wanted]),
            ("location_id", "in", here.ids),
        ]
        for quant in quants.search(domain, order="id desc"):
            if quant._backflush_key() in wanted:
                wanted.remove(quant._backflush_key())
                quants |= quant
        gone = [quants._backflush_of(key) for key in sorted(wanted) if make]
        return quants | quants.create(gone)

    @api.model
    def _backflush_of(self, key):
        """Values of the stock with this key."""
        names = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
        return dict(zip(names, key, strict=True))
