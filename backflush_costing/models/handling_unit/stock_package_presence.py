from odoo import models

from ...engine.window import Window, stays


class StockPackage(models.Model):
    """Where a unit was mounted when, and which lots were in it then.

    What is known of that is what was written down, in whatever order it arrived; a
    recall errs towards too many lots, never towards too few.
    """

    _inherit = "stock.package"

    def _backflush_stays(self):
        """``{work center: [Window]}`` in which this unit was mounted there.

        An empty that was taken back never happened: the unit stood there all along;
        where it could not be mounted again, until that was found.
        """
        logs = self.sudo().backflush_log_ids.sorted(
            lambda log: (log.date_event, log.id)
        )
        known = logs.filtered(lambda log: log.kind in ("mount", "unmount", "reversal"))
        known -= self._backflush_undone(logs)
        return stays(
            (
                log.date_event,
                None if log.kind == "unmount" else log.workcenter_id or None,
            )
            for log in known
        )

    def _backflush_undone(self, logs):
        """What empties that were taken back had written about the mounting."""
        undone = logs.browse()
        unmounts = logs.filtered(lambda log: log.kind == "unmount").sorted("id")
        for log in logs:
            if log.kind == "empty" and log.state == "reversed" and log.workcenter_id:
                # It took the unit off at its own time, right after it was written.
                undone |= unmounts.filtered(
                    lambda off, log=log: (
                        off.id > log.id and off.date_event == log.date_event
                    )
                )[:1]
        return undone

    def _backflush_presence(self, mounted):
        """``{lot: Window}`` in which lots were in this unit while it was mounted.

        A lot that was put in while it was mounted was there from then on, all others
        from the beginning. When a lot was used up nobody knows better than by the
        books, which may be wrong: it stays to the end.

        :param mounted: one of :meth:`_backflush_stays`
        """
        since = {}
        for moment, is_new, lots in self._backflush_seen(mounted):
            for lot in lots:
                since.setdefault(lot, moment if is_new else mounted.start)
        return {lot: Window(start, mounted.end) for lot, start in since.items()}

    def _backflush_seen(self, mounted):
        """``(moment, whether they were put in then, lots)`` while it was mounted."""
        logs = self.sudo().backflush_log_ids.sorted(
            lambda log: (log.date_event, log.id)
        )
        seen = [(log.date_event, log.kind == "fill", log.lot_ids) for log in logs]
        lines = self.env["stock.move.line"].sudo()
        lines = lines.search(
            [
                ("result_package_id", "child_of", self.ids),
                ("state", "=", "done"),
                ("lot_id", "!=", False),
            ]
        )
        seen += [(line.date, line._backflush_fills(), line.lot_id) for line in lines]
        inside = (one for one in seen if mounted.holds(one[0]))
        return sorted(inside, key=lambda one: one[0])

    def _backflush_lots_while(self, mounted, spans):
        """Lots in this unit at any moment of ``spans`` while it was mounted."""
        present = self._backflush_presence(mounted)
        lots = self.env["stock.lot"].sudo()
        return lots.union(
            *(
                lot
                for lot, window in present.items()
                if any(window.meets(span) for span in spans)
            )
        )
