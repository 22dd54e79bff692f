"""Data of databases in which standards were released before cost elements existed.

Also of confirmations that had no accounting date and knew nothing of what was taken
back. What is there already is left as it is: running it twice changes nothing.
"""

from odoo import SUPERUSER_ID, api

TABLES = (
    "backflush_standard_cost",
    "backflush_standard_cost_element",
    "backflush_posting_line",
    "backflush_confirmation",
)


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    add_elements(env)
    settle_conversion(env)
    link_versions(env)
    name_elements(env)
    date_confirmations(env)
    count_reversals(env)
    env.flush_all()
    for table in TABLES:
        # Many rows are new to the planner.
        cr.execute(f"ANALYZE {table}")


def add_elements(env):
    """Sums that nobody split are material and machine time, as everywhere else."""
    env.cr.execute(
        """
        INSERT INTO backflush_standard_cost_element
               (version_id, company_id, element, sequence, level, cumulated,
                create_uid, create_date, write_uid, write_date)
        SELECT version.id, version.company_id, part.element, part.sequence,
               part.level, part.cumulated,
               version.write_uid, version.write_date,
               version.write_uid, version.write_date
          FROM backflush_standard_cost version
         CROSS JOIN LATERAL (VALUES
                ('material', 0, COALESCE(version.material_level, 0),
                 COALESCE(version.material, 0)),
                ('machine', 3, COALESCE(version.conversion_level, 0),
                 COALESCE(version.conversion, 0))
               ) part (element, sequence, level, cumulated)
         WHERE (part.level != 0 OR part.cumulated != 0)
           AND NOT EXISTS (SELECT 1 FROM backflush_standard_cost_element row
                            WHERE row.version_id = version.id)
        """
    )
    env.invalidate_all()


def settle_conversion(env):
    """Every policy had a completion trigger: completions credited all conversion."""
    versions = env["backflush.standard.cost"]
    env.cr.execute(
        """
        UPDATE backflush_standard_cost
           SET conversion_credited = COALESCE(conversion, 0),
               inventory_cost = COALESCE(material, 0) + COALESCE(conversion, 0)
         WHERE conversion_credited IS NULL
     RETURNING id
        """
    )
    settled = versions.browse(row[0] for row in env.cr.fetchall())
    env.invalidate_all()
    for version in settled.filtered(lambda v: v.state == "released"):
        product = version.product_id.with_company(version.company_id)
        product.backflush_inventory_cost = version.inventory_cost


def link_versions(env):
    """Each released version is compared with the one that it superseded."""
    env.cr.execute(
        """
        UPDATE backflush_standard_cost version
           SET previous_id = before.previous_id
          FROM (SELECT id, LAG(id) OVER (PARTITION BY product_id, company_id
                                         ORDER BY date_effective, id) AS previous_id
                  FROM backflush_standard_cost
                 WHERE state IN ('released', 'superseded')) before
         WHERE before.id = version.id AND before.previous_id IS NOT NULL
           AND version.previous_id IS NULL
     RETURNING version.id
        """
    )
    linked = env["backflush.standard.cost"].browse(r[0] for r in env.cr.fetchall())
    env.invalidate_all()
    env["backflush.standard.cost.difference"].create(
        [
            vals
            for version in linked.filtered(lambda v: not v.difference_ids)
            for vals in version._difference_vals()
        ]
    )
    waiting = env["backflush.standard.cost"].search(
        [("state", "in", ("draft", "scheduled")), ("difference_ids", "=", False)]
    )
    waiting._compare()


def name_elements(env):
    """Conversion that nobody split was allocated as machine time."""
    env.cr.execute(
        """
        UPDATE backflush_posting_line SET cost_element = 'machine'
         WHERE kind = 'conversion' AND cost_element IS NULL
        """
    )


def date_confirmations(env):
    """A confirmation is booked on the day of its entry, else of its event."""
    env.cr.execute(
        """
        UPDATE backflush_confirmation confirmation
           SET date_accounting = COALESCE(
                   (SELECT entry.date FROM account_move entry
                     WHERE entry.id = confirmation.move_id),
                   confirmation.date_event::date),
               date_recorded = COALESCE(confirmation.create_date,
                                        confirmation.date_event)
         WHERE date_accounting IS NULL
        """
    )
    env.cr.execute(
        "ALTER TABLE backflush_confirmation ALTER COLUMN date_accounting SET NOT NULL"
    )
    env.invalidate_all()


def count_reversals(env):
    """What was unbuilt of an order was taken back of its completion."""
    env.cr.execute(
        """
        SELECT confirmation.id FROM backflush_confirmation confirmation
         WHERE confirmation.reversed_quantity IS NULL
           AND confirmation.trigger = 'completion'
           AND EXISTS (SELECT 1 FROM mrp_unbuild unbuild
                        WHERE unbuild.mo_id = confirmation.production_id
                          AND unbuild.state = 'done')
        """
    )
    reports = env["backflush.confirmation"].browse(r[0] for r in env.cr.fetchall())
    for report in reports:
        done = report.production_id.unbuild_ids.filtered(lambda u: u.state == "done")
        report.reversed_quantity = sum(
            unbuild.product_uom_id._compute_quantity(unbuild.product_qty, report.uom_id)
            for unbuild in done
        )
