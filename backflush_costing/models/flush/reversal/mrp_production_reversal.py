from odoo import models

from ....engine.numbers import ZERO, exact


class MrpProduction(models.Model):
    """What of a completed order can be taken back, and what asks for it again."""

    _inherit = "mrp.production"

    def _backflush_product_quants(self):
        """Own stock of what the order made, first where it was put."""
        made = self.move_finished_ids.filtered(lambda m: m.state == "done")
        lots = made.move_line_ids.lot_id
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", made.product_id.ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "=", self.company_id.id),
                ("owner_id", "=", False),
                ("lot_id", "in", [False, *lots.ids]),
            ]
        )
        places = made.move_line_ids.location_dest_id
        return quants.sorted(lambda q: (q.location_id not in places, q.id))

    def _backflush_unbuildable(self):
        """Yield ``(location, lot, free quantity)`` that can be unbuilt, order's unit.

        By-products go back together with the product: where one is missing nothing
        can be unbuilt.
        """
        quants = self._backflush_product_quants()
        by_product = self.move_byproduct_ids.filtered(lambda m: m.state == "done")
        own = quants.filtered(lambda q: q.product_id == self.product_id)
        for (location, lot), some in own.grouped(
            lambda q: (q.location_id, q.lot_id)
        ).items():
            free = float(sum(max(n, 0) for n in some._backflush_free().values()))
            free = self.product_id.uom_id._compute_quantity(
                free, self.product_uom_id, round=False
            )
            for move in by_product:
                there = quants.filtered(
                    lambda q, move=move, location=location: (
                        q.product_id == move.product_id and q.location_id == location
                    )
                )
                had = float(sum(max(n, 0) for n in there._backflush_free().values()))
                made = -move._backflush_signed_quantity()
                free = min(free, self.qty_produced * had / abs(made) if made else free)
            yield location, lot, free

    def _backflush_part_left(self):
        """What of the order's product has not been unbuilt: exact, 1 is all of it."""
        unbuilt = sum(
            unbuild.product_uom_id._compute_quantity(
                unbuild.product_qty, self.product_uom_id, round=False
            )
            for unbuild in self.unbuild_ids.filtered(lambda u: u.state == "done")
        )
        made = exact(self.qty_produced)
        return max(made - exact(unbuilt), ZERO) / made if made else ZERO

    def _backflush_left_stock(self, quantity):
        """One sentence: what cannot be taken back, and what to do first."""
        moves = self.env["stock.move.line"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("location_dest_id.usage", "=", "customer"),
                ("lot_id", "in", [False, *self.lot_producing_ids.ids]),
                ("date", ">=", self.date_finished),
            ],
            limit=3,
            order="date desc, id desc",
        )
        names = ", ".join(dict.fromkeys(moves.mapped("reference")))
        return self.env._(
            "%(quantity)s %(unit)s of %(product)s are not free in stock: shipped or "
            "reserved%(documents)s. Take them back first, then reverse the rest.",
            quantity=quantity,
            unit=self.product_uom_id.name,
            product=self.product_id.display_name,
            documents=f" ({names})" if names else "",
        )

    def _backflush_ask_again(self, quantity):
        """A new order for what was taken back; confirmed, in the same group."""
        self.ensure_one()
        order = self.create(
            {
                "product_id": self.product_id.id,
                "product_qty": quantity,
                "product_uom_id": self.product_uom_id.id,
                "bom_id": self.bom_id.id,
                "picking_type_id": self.picking_type_id.id,
                "location_src_id": self.location_src_id.id,
                "location_dest_id": self.location_dest_id.id,
                "company_id": self.company_id.id,
                "origin": self.name,
                "production_group_id": self.production_group_id.id,
                "backorder_sequence": self.backorder_sequence + 1,
            }
        )
        order.action_confirm()
        return order

    # -- cancellation ----------------------------------------------------------------

    def _action_cancel(self):
        """What was issued to a cancelled order goes back to where it came from.

        With ``backflush_issued="scrap"`` in the context it is scrapped there.
        """
        self.sudo().backflush_share_ids._open().confirmation_id._acquire_return()
        # Some may have been taken back, or received, while this call waited.
        shares = self.sudo().backflush_share_ids._open()
        shares.production_id.with_env(self.env).check_access("write")
        moves = shares._return()
        shares.confirmation_id._post_again()
        shares.confirmation_id._note_cancelled()
        if self.env.context.get("backflush_issued") == "scrap":
            moves._backflush_scrap()
        return super()._action_cancel()
