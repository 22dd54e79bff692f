from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ....engine.numbers import ZERO, exact
from ..account_move import DOCUMENT_SIGNS

# Quantities and amounts of posted vendor documents, by product, order line (0: another
# product's, or none), unit of measure and type.
BILLED = """
    SELECT item.product_id,
           CASE WHEN pol.product_id = item.product_id OR item.backflush_is_kit_part
                THEN COALESCE(pol.id, 0) ELSE 0 END,
           item.product_uom_id, entry.move_type,
           SUM(item.quantity), SUM(item.balance)
      FROM account_move_line item
      JOIN account_move entry ON entry.id = item.move_id
 LEFT JOIN account_move_line kit ON kit.id = item.backflush_kit_line_id
 LEFT JOIN purchase_order_line pol
        ON pol.id = COALESCE(item.purchase_line_id, kit.purchase_line_id)
     WHERE item.company_id = %(company)s
       AND item.parent_state = 'posted'
       AND (item.display_type = 'product' OR item.backflush_is_kit_part)
       AND item.backflush_is_fee IS NOT TRUE
       AND item.backflush_is_consigned IS NOT TRUE
       AND item.product_id IN %(products)s
       AND entry.move_type IN ('in_invoice', 'in_receipt', 'in_refund')
       AND NOT EXISTS (
            SELECT 1 FROM stock_move move
             WHERE move.is_dropship AND move.purchase_line_id = item.purchase_line_id)
  GROUP BY 1, 2, 3, 4"""


class ResCompany(models.Model):
    """What is received and not billed, at the value that core has for it.

    Receipts of an order are valued by its bills, first come first served, and by the
    price of the order where they are not billed; what is billed and not received
    counts at its bills.
    """

    _inherit = "res.company"

    def _backflush_unbilled_values(self, products):
        """``{product id: exact value}`` of received less billed."""
        received = self._backflush_received_by_order(products)
        billed = self._backflush_billed_by_order(products)
        values = defaultdict(lambda: ZERO)
        for key in {*received, *billed}:
            product_id, order_line_id = key
            quantity, value = billed[key]
            waiting = received[key] - quantity
            if not waiting:
                continue
            if waiting < ZERO:
                values[product_id] += waiting * value / quantity if quantity else ZERO
            else:
                moves = self._backflush_receipts(product_id, order_line_id)
                values[product_id] += moves._backflush_unbilled_value(waiting)
        return values

    def _backflush_received_by_order(self, products):
        """``{(product id, order line id or 0): exact quantity}`` from suppliers.

        Returns count negative; goods that go straight to a customer do not count.
        """
        self.env["stock.move"].flush_model()
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id,
                       CASE WHEN pol.product_id = line.product_id
                              OR COALESCE(move.bom_line_id, origin.bom_line_id) > 0
                            THEN COALESCE(pol.id, 0) ELSE 0 END,
                       SUM(CASE WHEN source.usage = 'supplier' THEN 1 ELSE -1 END
                           * line.quantity_product_uom)
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
             LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id
             LEFT JOIN purchase_order_line pol
                    ON pol.id = COALESCE(move.purchase_line_id, origin.purchase_line_id)
                 WHERE line.company_id = %(company)s AND line.state = 'done'
                   AND line.product_id IN %(products)s
                   AND (source.usage = 'supplier') != (target.usage = 'supplier')
                   AND (source.usage IN ('internal', 'transit')
                        OR target.usage IN ('internal', 'transit'))
                   AND (line.owner_id IS NULL OR line.owner_id = %(partner)s)
              GROUP BY 1, 2""",
                company=self.id,
                partner=self.partner_id.id,
                products=tuple(products.ids) or (0,),
            )
        )
        return defaultdict(lambda: ZERO, {(p, o): exact(n) for p, o, n in rows})

    def _backflush_billed_by_order(self, products):
        """``{(product id, order line id or 0): (exact quantity, exact amount)}``."""
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(BILLED, company=self.id, products=tuple(products.ids) or (0,))
        )
        totals = defaultdict(lambda: (ZERO, ZERO))
        for product_id, order_line_id, uom_id, kind, number, balance in rows:
            units = products.browse(product_id)._backflush_units(uom_id, number)
            quantity, value = totals[product_id, order_line_id]
            totals[product_id, order_line_id] = (
                quantity + DOCUMENT_SIGNS[kind] * units,
                value + exact(balance),
            )
        return totals

    def _backflush_receipts(self, product_id, order_line_id):
        """Receipts of an order line, or of none, last one first."""
        moves = self.env["stock.move"].sudo()
        found = moves.search(
            [
                ("product_id", "=", product_id),
                ("company_id", "=", self.id),
                ("is_in", "=", True),
                ("location_id.usage", "=", "supplier"),
                *([("purchase_line_id", "=", order_line_id)] if order_line_id else []),
            ],
            order="date desc, id desc",
        )
        if order_line_id:
            return found
        return found.filtered(lambda m: not m._backflush_order_line())


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_unbilled_value(self, waiting):
        """What ``waiting`` units of these receipts, last one first, are valued at."""
        total = ZERO
        for move in self:
            quantity = min(waiting, exact(move._get_valued_qty()))
            total += quantity * move._backflush_order_price()
            waiting -= quantity
            if not waiting:
                break
        return total

    def _backflush_order_price(self):
        """What core values one unit of this receipt at before its bill, exact."""
        order_line = self.purchase_line_id
        if order_line.product_id == self.product_id:
            priced = order_line.with_context(conversion_date=self.date)
            return exact(float(priced._get_stock_move_price_unit()))
        if self._backflush_kit_order_line():
            return self._backflush_kit_price()
        return self._backflush_own_cost()
