from odoo import api, models
from odoo.tools import SQL

from .backflush_error_waiting import OPEN

#: What of the open records is worked off without being told: not what failed as a
#: whole, and not what waits for a person.
BY_ITSELF = SQL(
    "error.state IN %s AND error.description IS NULL"
    " AND NOT COALESCE(error.is_held, FALSE)",
    OPEN,
)
# Before every record there is.
BEGINNING = (0, "0001-01-01", 0)


class BackflushError(models.Model):
    """Which records stand a chance, page by page: stock is there for them."""

    _inherit = "backflush.error"

    @api.model
    def _next_retryable(self, after, limit):
        """Records that stock is there for, the oldest first, company by company.

        What lots, handling units and owners they may use is asked of each page; the
        next page begins ``after`` the last record of this one.

        :return: ``(records of one page that a retry would issue something for, key
            that the next page begins after, or None at the end)``
        """
        rows = self._stocked_rows(after or BEGINNING, limit)
        if not rows:
            return self.browse(), None
        page = self.sudo().browse(row[2] for row in rows)
        free = page._free_quantities()
        return page.filtered(lambda error: free[error] > 0), rows[-1]

    @api.model
    def _stocked_rows(self, after, limit):
        """``(company, event, id)`` of records whose component is there, in order.

        Stock is asked for once per component and location, however many records wait
        for it.
        """
        self.env["stock.quant"].flush_model()
        self.env["stock.location"].flush_model(["backflush_is_blocked", "parent_path"])
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """WITH waiting AS (
                       SELECT DISTINCT product_id, location_id
                         FROM backflush_error error WHERE %(by_itself)s),
                   stocked AS (
                       SELECT waiting.* FROM waiting
                         JOIN stock_location place ON place.id = waiting.location_id
                        WHERE EXISTS (
                              SELECT 1 FROM stock_quant quant
                                JOIN stock_location sub ON sub.id = quant.location_id
                               WHERE quant.product_id = waiting.product_id
                                 AND quant.quantity > quant.reserved_quantity
                                 AND NOT COALESCE(sub.backflush_is_blocked, FALSE)
                                 AND sub.parent_path
                                     LIKE place.parent_path || '%%'))
                   SELECT error.company_id, error.event_date, error.id
                     FROM backflush_error error
                     JOIN stocked ON stocked.product_id = error.product_id
                      AND stocked.location_id = error.location_id
                    WHERE %(by_itself)s
                      AND (error.company_id, error.event_date, error.id) > %(after)s
                 ORDER BY error.company_id, error.event_date, error.id
                    LIMIT %(limit)s""",
                by_itself=BY_ITSELF,
                after=after,
                limit=limit,
            )
        )
