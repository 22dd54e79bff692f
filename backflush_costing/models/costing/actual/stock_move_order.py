from odoo import fields, models
from odoo.tools import SQL

from ....engine.numbers import ZERO, amount, exact


class StockMove(models.Model):
    """Movements that take their place before others that are done already.

    Core replays the average in the order of dates, and within one second in the order
    in which the movements were planned. A movement that does not come last changes
    what the later ones left behind: then it cost what the stock lost by it.
    """

    _inherit = "stock.move"

    def _backflush_values_out_of_order(self):
        """``{(company, product): value of stock}`` where others may come later."""
        values = {}
        for company, moves in self.grouped("company_id").items():
            products = moves.product_id.with_company(company).sudo()
            average = products.filtered(lambda p: p.cost_method == "average")
            for product in company._backflush_moved_since_now(average):
                values[company, product] = product._backflush_actual_value()
        return values

    def _backflush_take_place(self, values):
        """Let the costs of these movements add up to what the stock lost or gained.

        :param values: as :meth:`_backflush_values_out_of_order` found it before
        """
        for (company, product), before in values.items():
            moves = self.filtered(
                lambda m, product=product, company=company: (
                    m.product_id == product and m.company_id == company
                )
            )
            quantities = {m: exact(m._backflush_signed_quantity()) for m in moves}
            known = sum(
                (n * m._backflush_own_cost() for m, n in quantities.items()), ZERO
            )
            rest = product._backflush_actual_value() - before - known
            if amount(rest):
                moves._backflush_spread_rest(company, product, quantities, rest)

    def _backflush_spread_rest(self, company, product, quantities, rest):
        """What left stock cost ``rest`` less; without it, later ones cost more."""
        issued = {move: n for move, n in quantities.items() if n < ZERO}
        total = sum(issued.values(), ZERO)
        for move in issued:
            cost = move._backflush_own_cost() + rest / total
            move.sudo().backflush_unit_cost = float(cost)
        if not issued and not company._backflush_is_restating(product):
            company._backflush_poster()._post_restated({product: rest})


class ResCompany(models.Model):
    _inherit = "res.company"

    def _backflush_moved_since_now(self, products):
        """Those of ``products`` of which a movement is dated now, or later."""
        if not products:
            return products
        self.env["stock.move"].flush_model(
            ["product_id", "company_id", "date", "is_in", "is_out"]
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT product_id FROM stock_move
                    WHERE product_id IN %s AND company_id = %s
                      AND (is_in OR is_out) AND date >= %s""",
                tuple(products.ids),
                self.id,
                fields.Datetime.now(),
            )
        )
        return products.filtered(lambda product: (product.id,) in set(rows))
