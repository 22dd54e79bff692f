"""``setup/bench errors``: an error queue of ten thousand records.

Prepares open records (a thousand by completions, the others as copies). Says what a
completion and the first page of the list take without them and with them, and how long
it takes to work a thousand off when stock arrives. Fails where the records slow the
others down in queries, where the thousand take more than a minute, or where the ledger
is not explained at the end.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import argparse
import time

import odoo.init  # noqa: F401 - sets Odoo up

from lxml import etree

import _orders_plant as plant
from _orders_history import multiply
from bootstrap.contract import Facts, clone_database, drop_database

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

LIMIT = 60.0
#: Queries may differ by as many as caches explain.
SLACK = 3


def main():
    """Measure on a copy of the bare database, which is dropped at the end."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--open", type=int, default=10000, help="records (10000)")
    parser.add_argument("--work-off", type=int, default=1000, help="records (1000)")
    options = parser.parse_args()
    facts = Facts.from_environ()
    database = clone_database(facts.bare_database, "errors", facts)
    try:
        return _measure(database, options)
    finally:
        drop_database(database, facts)


def _measure(database, options):
    config.parse_config(
        ["-d", database, "--max-cron-threads=0", "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    bench = Bench(Registry(database))
    none = bench.look()
    bench.park(options.work_off)
    few = {**bench.look(), "completion": none["completion"]}
    bench.copy(options.open - options.work_off)
    many = bench.look()
    problems = [
        f"{what}: {few[what]} queries with few records, {many[what]} with many"
        for what in few
        if many[what] > few[what] + SLACK
    ]
    problems += bench.work_off(options.work_off)
    for problem in problems:
        print(f"FAILED: {problem}")
    print("Not as it should be." if problems else "Closing check: all as it should be.")
    return 1 if problems else 0


class Bench:
    """A plant in which one component of a second product is always missing."""

    def __init__(self, registry):
        self.registry = registry
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.product = plant.build(env, "addon").id
            bom = env["product.product"].browse(self.product).bom_ids
            component = bom.bom_line_ids[0].product_id
            self.line = component.property_backflush_location_id.id
            lack = component.copy({"name": "Never there"})
            lack.property_backflush_location_id = self.line
            short = env["product.product"].create(
                {
                    "name": "Short",
                    "is_storable": True,
                    "categ_id": env["product.product"].browse(self.product).categ_id.id,
                    "standard_price": lack.standard_price,
                }
            )
            env["mrp.bom"].create(
                {
                    "product_tmpl_id": short.product_tmpl_id.id,
                    "product_id": short.id,
                    "bom_line_ids": [
                        (0, 0, {"product_id": lack.id, "product_qty": 1.0})
                    ],
                }
            )
            standard = {"material_level": lack.standard_price}
            standard["material"] = lack.standard_price
            env["backflush.standard.cost"].create(
                {"product_id": short.id, **standard}
            ).action_release()
            self.lack, self.short = lack.id, short.id

    def _orders(self, env, product, count):
        orders = env["mrp.production"].create(
            [{"product_id": product, "product_qty": 1.0} for _ in range(count)]
        )
        orders.action_confirm()
        return orders

    def park(self, count):
        """``count`` records of completed orders."""
        began = time.monotonic()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = self._orders(env, self.short, min(100, count))
            env.flush_all()
            multiply(cr, orders.ids, max(count // 100 - 1, 0))
            env.invalidate_all()
            orders = orders.search([("product_id", "=", self.short)])
            orders.backflush_complete(slice_size=100, commit=True)
        self._say_open(began)

    def copy(self, count):
        """``count`` more, of a component that never comes: copies of their rows."""
        began = time.monotonic()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            never = env["product.product"].browse(self.lack).copy({"name": "Never"})
            env.flush_all()
            self._copy(cr, never.id, count)
        self._say_open(began)

    def _say_open(self, began):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            found = env["backflush.error"].search_count([("state", "=", "open")])
        seconds = time.monotonic() - began
        print(f"{found} records open after {seconds:.0f} s", flush=True)

    def _copy(self, cr, product, count):
        """Rows of the first record with another component, without a document."""
        cr.execute(
            """SELECT column_name FROM information_schema.columns
                WHERE table_name = 'backflush_error'"""
        )
        own = {"id", "name", "product_id", "confirmation_line_id", "confirmation_id"}
        names = ", ".join(row[0] for row in cr.fetchall() if row[0] not in own)
        cr.execute(
            f"""INSERT INTO backflush_error (name, product_id, {names})
                SELECT 'Copy ' || n, %s, {names}
                  FROM generate_series(1, %s) AS n,
                       (SELECT * FROM backflush_error LIMIT 1) AS one""",
            (product, count),
        )
        cr.execute("ANALYZE backflush_error")

    def look(self):
        """Queries of a completion, and of each screen that the records are on."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # The first one fills the caches.
            for _again in range(2):
                order = self._orders(env, self.product, 1)
                env.flush_all()
                env.invalidate_all()
                completion = self._count(cr, order.backflush_complete, "completion")
            result = {"completion": completion}
            for what, screen in self._screens(env).items():
                screen()
                env.invalidate_all()
                result[what] = self._count(cr, screen, what)
            cr.rollback()
        return result

    def _screens(self, env):
        """``{name: what the web client asks for it}``, eighty records a page."""
        errors = env["backflush.error"]
        domain = [("state", "in", ("open", "in_process"))]
        views = [(False, "list"), (False, "search")]
        names = errors.get_views(views)["models"]["backflush.error"]["fields"]
        view = etree.fromstring(errors.get_view(view_type="list")["arch"])
        shown = {node.get("name") for node in view.iterfind("field")} & set(names)
        fields = {name: self._wanted(errors, name) for name in shown}
        lines = env["backflush.error.cumulation"]
        return {
            "list": lambda: errors.web_search_read(domain, fields, limit=80),
            "can be retried now": lambda: errors.search(
                [*domain, ("flush_is_retryable", "=", True)], limit=80
            ),
            "dashboard": errors.get_dashboard,
            "backlog by component": lambda: lines.web_search_read(
                [], {"product_id": {}, "amount": {}}, limit=80
            ),
        }

    def _wanted(self, errors, name):
        relational = errors._fields[name].relational
        return {"fields": {"display_name": {}}} if relational else {}

    def _count(self, cr, work, what):
        before, began = cr.sql_log_count, time.monotonic()
        work()
        queries, seconds = cr.sql_log_count - before, time.monotonic() - began
        print(f"  {what}: {queries} queries, {1000 * seconds:.0f} ms", flush=True)
        return queries

    def work_off(self, count):
        """Stock for so many records arrives; the scheduler works them off."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            quant = env["stock.quant"].with_context(inventory_mode=True)
            quant.create(
                {
                    "product_id": self.lack,
                    "location_id": self.line,
                    "inventory_quantity": count,
                }
            ).action_apply_inventory("2000-01-01 00:00:00")
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            began, queries = time.monotonic(), cr.sql_log_count
            cpu = time.process_time()
            env["backflush.error"]._cron_retry()
            seconds, cpu = time.monotonic() - began, time.process_time() - cpu
            queries = cr.sql_log_count - queries
            done = env["backflush.error"].search_count([("state", "=", "resolved")])
            print(
                f"{done} records worked off in {seconds:.1f} s ({cpu:.1f} s CPU), "
                f"{queries / max(done, 1):.1f} queries each",
                flush=True,
            )
            # The copies have no document that the proof could find.
            cr.execute("DELETE FROM backflush_error WHERE confirmation_line_id IS NULL")
            env.invalidate_all()
            report = env["backflush.reconciliation"].create({})
            wrong = [line.name for line in report.line_ids if not line.is_proven]
        problems = [f"{name} is not proven" for name in wrong]
        if done != count:
            problems.append(f"{done} records were worked off instead of {count}")
        if seconds > LIMIT:
            problems.append(f"{count} records took {seconds:.0f} s")
        return problems


if __name__ == "__main__":
    raise SystemExit(main())
