from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

DAYS = 28
READS = (
    "backflush.kanban.log",
    "backflush.kanban",
    "backflush.control.cycle",
    "backflush.error",
)
VERDICTS = [
    ("too_small", "Too small"),
    ("unused", "Not used"),
    ("too_large", "Too large"),
    ("fits", "Fits"),
]


class BackflushLoopReport(models.Model):
    """The last four weeks of every loop, read from the history of its cards.

    How many containers had content after each event follows from how many have now,
    less what changed since.
    """

    _name = "backflush.loop.report"
    _description = "Loops in Figures"
    _auto = False
    _rec_name = "cycle_id"
    _order = "stock_outs desc, lowest_full desc, id"

    cycle_id = fields.Many2one(
        "backflush.control.cycle", "Control Cycle", help="The loop."
    )
    company_id = fields.Many2one("res.company", help="Company.")
    product_id = fields.Many2one("product.product", help="What the containers hold.")
    supply_area_id = fields.Many2one("stock.location", help="Supply area.")
    container_count = fields.Integer("Containers", help="Cards of the loop.")
    lowest_full = fields.Integer(
        help="The fewest containers that had content at any time in the last four "
        "weeks. Two and more were never needed.",
    )
    stock_outs = fields.Integer(
        help="How often the last container ran empty in the last four weeks. A card "
        "that asks before it is empty says nothing about that."
    )
    shortages = fields.Integer(
        help="Error records of the last four weeks: the bin lacked what was reported."
    )
    replenishments = fields.Integer(
        help="Containers that were filled in the last four weeks."
    )
    hours = fields.Float(
        "Hours It Took",
        aggregator="avg",
        help="From the order to the full container, on average.",
    )
    hours_planned = fields.Float(aggregator="avg", help="Lead time of the loop.")
    late = fields.Integer(help="Replenishments that took longer than planned.")
    unused_cards = fields.Integer(
        "Cards Never Used",
        help="Cards in circulation that did not run empty in the last four weeks.",
    )
    verdict = fields.Selection(
        VERDICTS,
        help="Too small: it ran empty, or lacked what was used. Not used: nothing was "
        "taken. Too large: two containers or more were full all the time.",
    )

    @property
    def _table_query(self):
        for model in READS:
            self.env[model].flush_model()
        return SQL(
            """
            WITH event AS (
                SELECT id, cycle_id, kanban_id, date, state_from, state_to,
                       (state_to IN ('full', 'in_use'))::int
                       - (state_from IN ('full', 'in_use'))::int AS change
                  FROM backflush_kanban_log
                 WHERE date >= %(since)s
            ), held_now AS (
                SELECT cycle_id,
                       count(*) FILTER (WHERE state IN ('full', 'in_use')) AS filled,
                       count(*) FILTER (
                           WHERE in_circulation AND NOT EXISTS (
                               SELECT FROM event
                                WHERE kanban_id = card.id AND state_to = 'empty'
                                  AND change < 0)
                       ) AS unused
                  FROM backflush_kanban AS card
                 WHERE active AND card_status != 'lost'
                 GROUP BY cycle_id
            ), level AS (
                SELECT event.cycle_id, event.change,
                       held_now.filled - COALESCE(sum(event.change) OVER (
                           PARTITION BY event.cycle_id
                           ORDER BY event.date DESC, event.id DESC
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                       ), 0) AS filled
                  FROM event JOIN held_now USING (cycle_id)
            ), lowest AS (
                SELECT cycle_id, min(filled) FILTER (WHERE change < 0) AS filled,
                       count(*) FILTER (WHERE change < 0) AS emptied,
                       count(*) FILTER (WHERE change < 0 AND filled = 0) AS outs
                  FROM level GROUP BY cycle_id
            ), supply AS (
                SELECT event.cycle_id,
                       extract(epoch FROM event.date - ordered.date) / 3600 AS hours
                  FROM event
                 CROSS JOIN LATERAL (
                       SELECT max(date) AS date FROM backflush_kanban_log AS log
                        WHERE log.kanban_id = event.kanban_id
                          AND log.state_to = 'in_process' AND log.id < event.id
                       ) AS ordered
                 WHERE event.state_to = 'full'
                   AND event.state_from IN ('in_process', 'in_transit')
            ), supplied AS (
                SELECT cycle_id, count(*) AS times, avg(hours) AS hours,
                       count(*) FILTER (
                           WHERE hours > loop.lead_time * 24) AS late
                  FROM supply JOIN backflush_control_cycle AS loop
                    ON loop.id = supply.cycle_id
                 GROUP BY cycle_id
            ), short AS (
                SELECT loop.id AS cycle_id, count(*) AS times
                  FROM backflush_control_cycle AS loop
                  JOIN stock_location AS bin ON bin.id = loop.bin_id
                  JOIN backflush_error AS error
                    ON error.product_id = loop.product_id
                   AND error.company_id = loop.company_id
                   AND error.cause = 'insufficient_stock'
                   AND error.event_date >= %(since)s
                  JOIN stock_location AS place
                    ON place.id = error.location_id
                   AND place.parent_path LIKE bin.parent_path || '%%'
                 GROUP BY loop.id
            )
            SELECT loop.id, loop.id AS cycle_id, loop.company_id, loop.product_id,
                   loop.supply_area_id, loop.container_count,
                   LEAST(lowest.filled, held_now.filled) AS lowest_full,
                   CASE WHEN loop.trigger = 'empty' THEN COALESCE(lowest.outs, 0)
                        ELSE 0 END AS stock_outs,
                   COALESCE(short.times, 0) AS shortages,
                   COALESCE(supplied.times, 0) AS replenishments,
                   COALESCE(supplied.hours, 0) AS hours,
                   loop.lead_time * 24 AS hours_planned,
                   COALESCE(supplied.late, 0) AS late,
                   held_now.unused AS unused_cards,
                   CASE WHEN short.times > 0
                          OR loop.trigger = 'empty' AND lowest.outs > 0
                        THEN 'too_small'
                        WHEN COALESCE(lowest.emptied, 0) = 0 THEN 'unused'
                        WHEN LEAST(lowest.filled, held_now.filled) >= 2 THEN 'too_large'
                        ELSE 'fits' END AS verdict
              FROM backflush_control_cycle AS loop
              JOIN held_now ON held_now.cycle_id = loop.id
              LEFT JOIN lowest ON lowest.cycle_id = loop.id
              LEFT JOIN supplied ON supplied.cycle_id = loop.id
              LEFT JOIN short ON short.cycle_id = loop.id
             WHERE loop.active AND loop.staging = 'container'
            """,
            since=fields.Datetime.now() - timedelta(days=DAYS),
        )
