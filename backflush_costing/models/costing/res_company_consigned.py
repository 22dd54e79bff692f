from collections import defaultdict
from datetime import datetime

from odoo import models
from odoo.tools import SQL

from ...engine.numbers import ZERO, exact


class ResCompany(models.Model):
    """What consignment payable should stand at."""

    _inherit = "res.company"

    def _backflush_consigned_rows(self, at_date=None):
        """What is owed for used stock of others, product by product.

        Counted from stock movements and vendor documents, apart from the subledger.

        :param at_date: end of that day; now when empty
        :return: list of dictionaries: ``product``, ``account``, ``expected``
            (unrounded balance of consignment payable), ``due`` (quantity used and not
            billed, of received products alone) and ``booked`` (quantity that the
            subledger holds)
        """
        self.ensure_one()
        company = self.with_company(self)
        moment = company._backflush_end_of_day(at_date) if at_date else None
        products = company._backflush_products().filtered(
            lambda product: product._backflush_policy().consignment_account_id
        )
        used = company._backflush_used_of_others(products, moment)
        in_process = company._backflush_consigned_in_process(products, moment)
        billed = company._backflush_documents(products, at_date, consigned=True)
        booked = company._backflush_consigned_booked(products, at_date)
        prices = products._backflush_carrying_costs_at(moment)
        rows = []
        for product in products:
            due = used[product.id] - in_process[product.id] - billed[product.id][0]
            rows.append(
                {
                    "product": product,
                    "account": product._backflush_policy().consignment_account_id,
                    "expected": -due * prices[product],
                    "due": due,
                    "booked": booked[product.id],
                }
            )
        return rows

    def _backflush_on_hand(self, products, moment):
        """At a past moment, too, without stock of somebody else.

        Core goes back from today's own stock by the movements since then, whoever
        owned what they moved.
        """
        quantities = super()._backflush_on_hand(products, moment)
        if moment:
            for product_id, number in self._backflush_others_since(products, moment):
                quantities[product_id] += exact(number)
        return quantities

    def _backflush_others_since(self, products, moment):
        """``(product id, quantity)`` of others' stock that came (+) since then."""
        self.env["stock.move"].flush_model()
        self.env["stock.move.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT line.product_id,
                          SUM(CASE WHEN target.is_valued THEN 1 ELSE -1 END
                              * line.quantity_product_uom)
                     FROM stock_move_line line
                     JOIN stock_move move ON move.id = line.move_id
                     JOIN (%(places)s) source ON source.id = line.location_id
                     JOIN (%(places)s) target ON target.id = line.location_dest_id
                    WHERE line.company_id = %(company)s AND line.state = 'done'
                      AND line.product_id IN %(products)s
                      AND line.owner_id <> %(partner)s AND move.date > %(moment)s
                      AND source.is_valued <> target.is_valued
                 GROUP BY line.product_id""",
                places=SQL(
                    """SELECT id, company_id IS NOT DISTINCT FROM %s
                              AND usage IN ('internal', 'transit') AS is_valued
                         FROM stock_location""",
                    self.id,
                ),
                company=self.id,
                products=tuple(products.ids) or (0,),
                partner=self.partner_id.id,
                moment=moment,
            )
        )

    def _backflush_used_of_others(self, products, moment):
        """``{product id: quantity}`` of others' stock that was used, net of returns."""
        self.env["stock.move"].flush_model(["backflush_credits_owner", "date"])
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.product_id,
                          SUM(CASE WHEN target.usage = 'production' THEN 1 ELSE -1 END
                              * line.quantity_product_uom)
                     FROM stock_move_line line
                     JOIN stock_move move ON move.id = line.move_id
                     JOIN stock_location target ON target.id = line.location_dest_id
                    WHERE move.backflush_credits_owner AND line.state = 'done'
                      AND line.company_id = %s AND line.product_id IN %s
                      AND line.owner_id <> %s AND move.date <= %s
                 GROUP BY line.product_id""",
                self.id,
                tuple(products.ids) or (0,),
                self.partner_id.id,
                moment or datetime.max,
            )
        )
        return defaultdict(lambda: ZERO, {row[0]: exact(row[1]) for row in rows})

    def _backflush_consigned_in_process(self, products, moment):
        """Hook: ``{product id: quantity}`` of others' stock used for open orders.

        Nothing is owed for it before the product is received.
        """
        return defaultdict(lambda: ZERO)

    def _backflush_consigned_booked(self, products, at_date):
        """``{product id: quantity}`` used and not billed, as the subledger has it."""
        domain = [
            ("company_id", "=", self.id),
            ("product_id", "in", products.ids),
            ("kind", "=", "consigned"),
        ]
        if at_date:
            domain.append(("date", "<=", at_date))
        rows = (
            self.env["backflush.posting.line"]
            .sudo()
            ._read_group(domain, ["product_id"], ["quantity:sum"])
        )
        return defaultdict(lambda: ZERO, {p.id: -exact(number) for p, number in rows})
