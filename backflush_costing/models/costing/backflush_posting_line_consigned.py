from odoo import models
from odoo.tools import SQL


class BackflushPostingLine(models.Model):
    """What is owed to owners of stock that was used."""

    _inherit = "backflush.posting.line"

    def _consigned_positions(self, company, products):
        """``{(product id, account id, owner id): (quantity, amount)}`` as posted.

        Negative: used and not billed. Positive: billed and not used.
        """
        if not products:
            return {}
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT product_id, account_id, owner_id,
                          SUM(quantity), SUM(amount)
                     FROM backflush_posting_line
                    WHERE company_id = %s AND product_id IN %s
                      AND kind = 'consigned'
                 GROUP BY product_id, account_id, owner_id""",
                company.id,
                tuple(products.ids),
            )
        )
        return {tuple(key): (quantity, value) for *key, quantity, value in rows}
