from odoo import models
from odoo.tools import SQL

from ....engine.numbers import ZERO, exact


class ResCompany(models.Model):
    """What is delivered and not invoiced, at what the deliveries cost."""

    _inherit = "res.company"

    def _backflush_waiting(self, product):
        """Quantity of ``product`` delivered and not invoiced; negative: in advance."""
        delivered = self._backflush_partner_flows(product, None)[product.id][1]
        return delivered - self._backflush_documents(product, None)[product.id][1]

    def _backflush_delivered_value(self, product, waiting):
        """What the last ``waiting`` units that were delivered cost, exact.

        What is invoiced in advance, a negative quantity, counts at what its invoices
        took out of inventory.
        """
        if not waiting:
            return ZERO
        source = self._backflush_deliveries if waiting > ZERO else self._backflush_sales
        total, rest = ZERO, abs(waiting)
        for quantity, cost in source(product):
            taken = min(rest, quantity)
            total, rest = total + taken * cost, rest - taken
            if not rest:
                break
        total += rest * product._backflush_carrying_cost()
        return total if waiting > ZERO else -total

    def _backflush_deliveries(self, product):
        """Yield ``(exact quantity, exact unit cost)`` of deliveries, last one first."""
        self.env["stock.move"].flush_model()
        moves = self.env["stock.move"].sudo()
        rows = self.env.execute_query(
            SQL(
                """SELECT move.id FROM stock_move move
                     JOIN stock_location target ON target.id = move.location_dest_id
                    WHERE move.product_id = %s AND move.company_id = %s
                      AND move.is_out AND target.usage = 'customer'
                 ORDER BY move.date DESC, move.id DESC""",
                product.id,
                self.id,
            )
        )
        for (move_id,) in rows:
            move = moves.browse(move_id)
            yield exact(move._get_valued_qty()), move._backflush_own_cost()

    def _backflush_sales(self, product):
        """Yield ``(exact quantity, exact unit cost)`` of invoices, last one first."""
        lines = self.env["backflush.posting.line"].sudo()
        for line in lines.search(
            [
                ("company_id", "=", self.id),
                ("product_id", "=", product.id),
                ("kind", "=", "cogs"),
                ("quantity", "<", 0),
            ],
            order="date desc, id desc",
        ):
            yield -exact(line.quantity), exact(line.amount) / exact(line.quantity)
