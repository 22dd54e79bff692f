from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ....engine.numbers import exact
from ....engine.receipt import Standing


class BackflushPostingLine(models.Model):
    """What stands on *goods received, not billed*, order line by order line."""

    _inherit = "backflush.posting.line"

    kind = fields.Selection(
        selection_add=[
            ("receipt", "Goods received"),
            ("received", "Received, not billed"),
            ("price", "Purchase price variance"),
            ("exchange", "Exchange difference"),
        ],
        ondelete={
            kind: "cascade" for kind in ("receipt", "received", "price", "exchange")
        },
    )
    purchase_line_id = fields.Many2one(
        "purchase.order.line",
        "Purchase Order Line",
        index="btree_not_null",
        ondelete="set null",
        help="Line of the purchase order whose receipt or bill the amount is.",
    )
    order_amount = fields.Float(
        digits=(20, 8),
        help="The amount in the currency of the purchase order, where that is not the "
        "company's: it says at which rate goods were received.",
    )

    def _standings(self, accounts, products):
        """``{product id: {order line id or None: Standing}}`` on ``accounts``."""
        standings = defaultdict(dict)
        if not accounts or not products:
            return standings
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT product_id, purchase_line_id,
                          SUM(quantity), SUM(amount), SUM(COALESCE(order_amount, 0))
                     FROM backflush_posting_line
                    WHERE company_id = %s AND kind = 'received'
                      AND account_id IN %s AND product_id IN %s
                 GROUP BY product_id, purchase_line_id
                   HAVING SUM(quantity) != 0 OR SUM(amount) != 0""",
                self.env.company.id,
                tuple(accounts.ids),
                tuple(products.ids),
            )
        )
        for product_id, order_line_id, *sums in rows:
            standings[product_id][order_line_id] = Standing(*map(exact, sums))
        return standings
