from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def button_start(self, raise_on_invalid_state=False):
        """Forward flush: starting an operation issues its components."""
        self._backflush_touched_at_start()._backflush_lock_stock()
        # Another station may have started it while this one waited.
        due = self._backflush_due("start")
        res = super().button_start(raise_on_invalid_state)
        self.production_id._backflush_issue_early("start", due)
        return res

    def button_finish(self):
        """A finished operation is a reporting point: its components are issued.

        Core fills and picks the operation's components; not those that are entered
        by hand, and not those that the operation issues by itself. Within a
        completion they are all part of it.
        """
        self.move_raw_ids._backflush_close_manual()
        points = self.filtered(
            lambda w: (
                w.state not in ("done", "cancel")
                and not w.production_id._backflush_is_completing()
            )
        )
        points._backflush_touched_at_finish()._backflush_lock_stock()
        closed = points.move_raw_ids._backflush_close_early()
        res = super().button_finish()
        closed.picked = False
        due = points._backflush_due("operation")
        points.production_id._backflush_issue_early("operation", due)
        return res

    def _backflush_touched_at_start(self):
        """Components whose stock a start changes: what it issues, and everything that
        core fills in, and so reserves, where nothing is said to be in production yet.
        """
        first = self.filtered(lambda w: not w.qty_producing)
        due = self.env["stock.move"].concat(*self._backflush_due("start"))
        return due | first.production_id.move_raw_ids

    def _backflush_touched_at_finish(self):
        """Components whose stock a finish changes: what it issues or core fills in."""
        raw = self.production_id.move_raw_ids
        return self.move_raw_ids | raw.filtered(lambda m: m.flush_method == "operation")

    def _backflush_due(self, trigger):
        """What ``trigger`` of these work orders issues; see ``mrp.production``."""
        due = {}
        for workorder in self.filtered(lambda w: w.state != "cancel"):
            due |= workorder.production_id._backflush_due(trigger, workorder)
        return due

    def _backflush_reported_quantity(self):
        """Product quantity finished at this operation, in the order's unit.

        With what an earlier order of the same group reported of it.
        """
        self.ensure_one()
        reported = self.qty_produced + self.qty_reported_from_previous_wo
        return min(reported, max(self.qty_production, self.qty_produced))

    def _backflush_reopen(self, quantity):
        """Let an operation whose report was taken back be reported again."""
        for workorder in self:
            made, before = (
                workorder.qty_produced,
                workorder.qty_reported_from_previous_wo,
            )
            # Core cancels it on a backorder of which all was reported before.
            if workorder.state == "done" or (workorder.state == "cancel" and before):
                workorder.state = "ready"
                workorder.qty_produced = max(made - quantity, 0.0)
            elif not before:
                continue
            rest = max(quantity - made, 0.0)
            workorder.qty_reported_from_previous_wo = max(before - rest, 0.0)
