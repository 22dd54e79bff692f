from odoo import models
from odoo.exceptions import UserError

from ....exceptions import UnitError


class MrpProduction(models.Model):
    """What is refused before anything moves, because it can only be a mistake."""

    _inherit = "mrp.production"

    def action_confirm(self):
        self.filtered(
            lambda order: order._backflush_is_confirmed()
        )._backflush_check_units()
        return super().action_confirm()

    def set_qty_producing(self):
        self._backflush_check_reported()
        return super().set_qty_producing()

    def button_mark_done(self):
        orders = self.filtered(
            lambda o: o.state not in ("done", "cancel") and o._backflush_is_confirmed()
        )
        orders._backflush_check_units()
        orders._backflush_check_reported()
        return super().button_mark_done()

    def _backflush_check_reported(self):
        """Refuse a negative report; what was made too much is unbuilt or reversed."""
        for order in self:
            if (
                order.product_uom_id
                and order.product_uom_id.compare(order.qty_producing, 0.0) < 0
                and order._backflush_is_confirmed()
            ):
                raise UserError(
                    self.env._(
                        "%(order)s: %(quantity)s %(unit)s cannot be produced. Report "
                        "what was made; to take a completed quantity back, reverse "
                        "its confirmation.",
                        order=order.name,
                        quantity=order.qty_producing,
                        unit=order.product_uom_id.name,
                    )
                )

    def _backflush_check_units(self):
        """Refuse units that cannot be converted: core would take 5 m for 5 kg."""
        for order in self:
            for product, unit, place in order._backflush_units():
                if unit and not unit._has_common_reference(product.uom_id):
                    raise UnitError(
                        self.env._(
                            "%(order)s: %(product)s is kept in %(own)s and asked for "
                            "in %(unit)s (%(place)s). These units cannot be converted "
                            "into each other. Use a unit of the same kind.",
                            order=order.name,
                            product=product.display_name,
                            own=product.uom_id.name,
                            unit=unit.name,
                            place=place,
                        )
                    )

    def _backflush_units(self):
        """Yield ``(product, unit, where it is used)`` of all that is converted."""
        self.ensure_one()
        yield self.product_id, self.product_uom_id, self.name
        boms = self.env["mrp.bom"]
        queue = self.bom_id | self.move_raw_ids.bom_line_id.bom_id
        while queue:
            boms |= queue
            lines = queue.bom_line_ids
            queue = lines.child_bom_id.filtered(lambda b: b.type == "phantom") - boms
        for bom in boms:
            product = bom.product_id or bom.product_tmpl_id.product_variant_id
            yield product, bom.product_uom_id, bom.display_name
        lines = [*boms.bom_line_ids, *boms.byproduct_ids]
        for line in lines:
            yield line.product_id, line.product_uom_id, line.bom_id.display_name
        for move in self.move_raw_ids | self.move_finished_ids:
            if move.state not in ("done", "cancel"):
                yield move.product_id, move.product_uom, self.name
                for line in move.move_line_ids:
                    yield line.product_id, line.product_uom_id, self.name
