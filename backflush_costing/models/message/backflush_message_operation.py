from odoo import models

from ...exceptions import FlushError


class BackflushMessage(models.Model):
    """An operation of an order started, or finished: a reporting point."""

    _inherit = "backflush.message"

    def _resolve_operation_start(self):
        order = self._open_order()
        return {"order": order, "workorder": self._find_workorder(order)}

    def _resolve_operation_finish(self):
        job = self._resolve_operation_start()
        if self._get("quantity"):
            order = job["order"]
            unit = order.product_uom_id
            quantity = self._quantity_in(unit, order.product_id.display_name)
            self._check_positive(quantity, unit, order)
            job["quantity"] = quantity
        return job

    def _acquire_operation_start(self, job):
        job["order"].move_raw_ids._backflush_lock_stock()

    def _acquire_operation_finish(self, job):
        job["order"].move_raw_ids._backflush_lock_stock()

    def _apply_operation_start(self, job):
        self._check_not_finished(job["workorder"])
        job["workorder"].button_start()

    def _apply_operation_finish(self, job):
        workorder = job["workorder"]
        self._check_not_finished(workorder)
        if "quantity" in job:
            workorder.qty_producing = job["quantity"]
        workorder.button_finish()

    def _check_not_finished(self, workorder):
        """Refuse what would have no effect."""
        if workorder.state in ("done", "cancel"):
            raise FlushError(
                self.env._(
                    "%(operation)s of %(order)s is finished, or cancelled, already.",
                    operation=workorder.name,
                    order=workorder.production_id.name,
                )
            )
