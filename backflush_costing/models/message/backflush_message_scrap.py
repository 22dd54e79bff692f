from odoo import models

from ..flush.deviation.backflush_deviation import PRODUCT_SCRAP


class BackflushMessage(models.Model):
    """Scrap: of the order's product, with all it had consumed, or of a component."""

    _inherit = "backflush.message"

    def _resolve_scrap(self):
        order = self._open_order()
        product = order.product_id
        if self._get("product"):
            product = self._find_product()
        is_piece = product == order.product_id
        kind = PRODUCT_SCRAP if is_piece else "scrap"
        unit = order.product_uom_id if is_piece else product.uom_id
        quantity = self._quantity_in(unit, product.display_name)
        self._check_positive(quantity, unit, order)
        place = self._find_workorder(order)
        return {
            "company_id": order.company_id.id,
            "kind": kind,
            "production_id": order.id,
            "product_id": product.id,
            "quantity": quantity,
            "uom_id": unit.id,
            "reason_id": self._find_reason(kind).id,
            "note": self.external_id,
            **({"workorder_id": place.id} if is_piece else {}),
        }

    def _acquire_scrap(self, job):
        order = self.env["mrp.production"].browse(job["production_id"])
        order._backflush_acquire()

    def _apply_scrap(self, job):
        """Record the deviation; above the company's limit it waits for approval."""
        self.env["backflush.deviation"].create(job).action_record()
