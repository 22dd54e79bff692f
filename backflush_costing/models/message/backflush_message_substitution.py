from odoo import models

from ...exceptions import FlushError, UnitError


class BackflushMessage(models.Model):
    """Substitution: an approved one is applied to the order."""

    _inherit = "backflush.message"

    def _resolve_substitution(self):
        order, product = self._open_order(), self._find_product()
        substitute = self._find_product("substitute")
        if not order.move_raw_ids.filtered(lambda m: m.product_id == product):
            raise FlushError(
                self.env._(
                    "%(order)s does not use %(product)s.",
                    order=order.name,
                    product=product.display_name,
                )
            )
        return {"order": order, "product": product, "substitute": substitute}

    def _acquire_substitution(self, job):
        """Nothing moves before the order does."""

    def _apply_substitution(self, job):
        order, product = job["order"], job["product"]
        move = order.move_raw_ids.filtered(
            lambda m: (
                m.product_id == product
                and m.state not in ("done", "cancel")
                and not m.backflush_deviation_id
            )
        )[:1]
        deviation = self._approved_substitution(move, job["substitute"])
        quantity = None
        if self._get("quantity"):
            quantity = self._quantity_in(move.product_uom, product.display_name)
            if not quantity:
                raise UnitError(self.env._("%s: nothing is replaced.", order.name))
        deviation.action_apply(order.id, quantity, move_id=move.id)

    def _approved_substitution(self, move, substitute):
        """The approval that covers this component line; that ends first, first."""
        candidates = self.env["backflush.deviation"].search(
            [
                ("kind", "=", "substitution"),
                ("state", "=", "approved"),
                ("product_id", "=", move.product_id.id),
                ("substitute_id", "=", substitute.id),
                ("company_id", "=", self.company_id.id),
            ],
            order="date_to, id",
        )
        usable = candidates.filtered(
            lambda d: (
                move
                and not d._refusal(move)
                and (not d.quantity or d.uom_id.compare(d.quantity_left, 0.0) > 0)
            )
        )
        if not usable:
            raise FlushError(
                self.env._(
                    "No approved substitution lets %(substitute)s stand for "
                    "%(product)s here. Have one approved, then retry.",
                    substitute=substitute.display_name,
                    product=self._get("product"),
                )
            )
        return usable[0]
