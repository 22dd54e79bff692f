from odoo import models
from odoo.exceptions import UserError


class StockPackage(models.Model):
    """Where a unit was when something happened, whenever the reports arrive."""

    _inherit = "stock.package"

    def _backflush_last_known(self, until=None):
        """What is known last about where this unit is, or was at a time.

        A unit that is found empty is on no work center any more.
        """
        logs = self.sudo().backflush_log_ids.filtered(
            lambda log: (
                log.kind in ("mount", "unmount", "move", "empty")
                and log.state != "reversed"
                and (not until or log.date_event <= until)
            )
        )
        return logs.sorted(lambda log: (log.date_event, log.id))[-1:]

    def _backflush_is_late(self, event):
        """Whether where this unit went after ``event`` is known already."""
        last = self._backflush_last_known()
        return bool(last) and last.date_event > event

    def _backflush_mounting_at(self, event):
        """Where this unit was mounted at ``event``, as far as it is known.

        :return: the work center and the position; nothing where it was on none
        """
        if not self._backflush_is_late(event):
            unit = self.sudo()
            return unit.backflush_workcenter_id, unit.backflush_position
        log = self._backflush_last_known(event)
        log = log.filtered(lambda known: known.kind == "mount")
        return log.workcenter_id, log.position

    def _backflush_check_center(self, center, event):
        """Refuse a report from a work center that this unit was not mounted on.

        :raises UserError: naming where it was at ``event``
        """
        known = self._backflush_mounting_at(event)[0]
        if known != center.sudo():
            raise UserError(
                self.env._(
                    "%(unit)s was not mounted on %(center)s then, but on %(known)s. "
                    "Name the work center that it was on, or report that it was "
                    "mounted there first.",
                    unit=self.name,
                    center=center.name,
                    known=known.name or self.env._("no work center"),
                )
            )

    def _backflush_mounted_around(self):
        """Which of this unit, and of those that it lies in, are mounted."""
        around = {int(n) for unit in self for n in unit.parent_path.split("/") if n}
        return self.browse(around).filtered("backflush_workcenter_id")
