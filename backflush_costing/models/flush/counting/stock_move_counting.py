from odoo import api, fields, models
from odoo.tools import SQL


class StockMove(models.Model):
    """A count keeps the moment that it speaks of."""

    _inherit = "stock.move"

    backflush_counted_until = fields.Datetime(
        "Counted On",
        readonly=True,
        copy=False,
        help="Of a count: the moment that it speaks of. It saw what was left after all "
        "use until then, so that earlier use draws on nothing that it found.",
    )
    _backflush_counted_idx = models.Index(
        "(product_id, backflush_counted_until)"
        " WHERE backflush_counted_until IS NOT NULL"
    )

    @api.model
    def _backflush_counts_since(self, products, moment):
        """When stock of ``products`` was counted last, as far as after ``moment``.

        :return: ``{key of stock (see stock.quant): moment that the count speaks of}``
        """
        self.flush_model()
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.product_id,
                          CASE WHEN target.usage = 'inventory'
                               THEN line.location_id ELSE line.location_dest_id END,
                          line.lot_id,
                          CASE WHEN target.usage = 'inventory'
                               THEN line.package_id ELSE line.result_package_id END,
                          line.owner_id,
                          max(move.backflush_counted_until)
                     FROM stock_move move
                     JOIN stock_move_line line ON line.move_id = move.id
                     JOIN stock_location target ON target.id = line.location_dest_id
                    WHERE move.product_id IN %(products)s
                      AND move.backflush_counted_until > %(moment)s
                      AND move.state = 'done'
                    GROUP BY 1, 2, 3, 4, 5""",
                products=tuple(products.ids) or (0,),
                moment=moment,
            )
        )
        return {tuple(n or False for n in key): date for *key, date in rows}
