from odoo import fields, models

from ...engine.numbers import ZERO, exact


class StockPackage(models.Model):
    """The lives of a unit that is filled again and again.

    A life ends when the unit is reported empty, and the next one begins with what is
    put into it afterwards. What happened belongs to the life of its time, however late
    it arrives: a consumption before the unit was empty takes its share of that residue
    and none of the new content, and a report that the unit *was* empty leaves alone
    what was filled in since.
    """

    _inherit = "stock.package"

    def _backflush_ends(self, life=None):
        """Reports that this unit is empty, taken back ones left out, life by life.

        :param int life: only of this life
        """
        return (
            self.sudo()
            .backflush_log_ids.filtered(
                lambda log: (
                    log.kind == "empty"
                    and log.state != "reversed"
                    and life in (None, log.life)
                )
            )
            .sorted("life")
        )

    def _backflush_life_at(self, event):
        """The life that something belongs to that happened then.

        What happens right now belongs to the present one.
        """
        event = fields.Datetime.to_datetime(event)
        if event < fields.Datetime.now():
            for end in self._backflush_ends():
                if event <= end.date_event:
                    return end.life
        return self.backflush_life

    def _backflush_begin_anew(self):
        """These units were filled: what was reported before is another life's.

        What was used after the unit was empty, and reported before the new content was
        known, was used of the new content.
        """
        for unit in self.filtered("backflush_emptied").sudo():
            life = unit.backflush_life
            end = unit._backflush_ends(life)[:1]
            unit.write({"backflush_emptied": False, "backflush_life": life + 1})
            since = unit.backflush_log_ids.filtered(
                lambda log, life=life, end=end: (
                    log.life == life and log.date_event > end.date_event
                )
            )
            since.life = life + 1

    # -- what is left of a life -----------------------------------------------------

    def _backflush_kept(self, product, life):
        """What lies in the unit of a former life, exact: a residue to be confirmed."""
        return sum(
            (end._kept_of(product) for end in self._backflush_ends(life)),
            ZERO,
        )

    def _backflush_keep(self, product, life, supply):
        """Note what is still in the unit of a life that had ``supply``, exact."""
        for end in self._backflush_ends(life):
            history = self._backflush_history(life)
            taken = self._backflush_settled(product, history)
            end._keep(product, supply - sum(taken.values(), ZERO))

    # -- a report that comes late ---------------------------------------------------

    def _backflush_filled_since(self, event, life):
        """``{product: exact quantity}`` put into this unit in a life, after a time."""
        end = self._backflush_ends(life)[:1]
        lines = self.env["stock.move.line"].sudo()
        lines = lines.search(
            [
                ("result_package_id", "=", self.id),
                ("state", "=", "done"),
                ("date", ">", event),
                ("move_id.origin_returned_move_id", "=", False),
                *([("date", "<=", end.date_event)] if end else []),
            ]
        ).filtered(lambda line: line.package_id != line.result_package_id)
        return {
            product: exact(sum(own.mapped("quantity_product_uom")))
            for product, own in lines.grouped("product_id").items()
        }

    def _backflush_supplies(self, life):
        """``{product: exact quantity}`` that a life of this unit had."""
        history = self._backflush_history(life)
        return {
            product: self._backflush_supply(
                product, life, self._backflush_settled(product, history)
            )
            for product in self._backflush_products(life)
        }

    def _backflush_divide(self, event, life):
        """The unit was empty at that time and filled again since: two lives of one.

        :return: ``{product: exact quantity}`` that the former of them had; nothing
            where the books know of no such filling, or of nothing before it
        """
        filled = self._backflush_filled_since(event, life)
        supplies = self._backflush_supplies(life)
        # What the books learned of afterwards altogether was booked late.
        if not any(filled.get(p, supply) < supply for p, supply in supplies.items()):
            return {}
        logs = self.sudo().backflush_log_ids
        later = logs.filtered(
            lambda log: log.life > life or (log.life == life and log.date_event > event)
        )
        for former, own in later.grouped("life").items():
            own.life = former + 1
        self.sudo().backflush_life += 1
        before = {}
        for product, supply in supplies.items():
            since = min(filled.get(product, ZERO), supply)
            before[product] = supply - since
            self._backflush_keep(product, life + 1, since)
        return before
