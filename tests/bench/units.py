"""``setup/bench units``: what a report of a use costs in a long history of its unit.

One silo is used from again and again and never reported empty; one reel is used,
reported empty and filled again. After 10, 100 and 1,000 reports, and after 10 and
100 lives, a report is measured: queries, which must not grow, and processor time, which
is shown as a multiple of the first.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import argparse
import sys
import time

import odoo.init  # noqa: F401 - sets Odoo up

from _orders_plant import QUIET, _cost_by_policy, _line_side
from bootstrap.contract import Facts, clone_database, drop_database

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import config

#: Queries may differ by as many as caches explain.
SLACK = 5
CONTENT = 10_000_000


def main():
    """Measure on a copy of the bare database, which is dropped at the end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=1000, help="in the end (1000)")
    parser.add_argument("--lives", type=int, default=100, help="in the end (100)")
    given = parser.parse_args()
    facts = Facts.from_environ()
    database = clone_database(facts.bare_database, "units", facts)
    try:
        return _measure(database, given)
    finally:
        drop_database(database, facts)


def _measure(database, given):
    config.parse_config(
        ["-d", database, "--max-cron-threads=0", "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    bench, problems = Bench(Registry(database)), []
    for what, step, most in (
        ("reports", bench.use, given.reports),
        ("lives", bench.live, given.lives),
    ):
        first, reached = None, 0
        for number in (10, 100, 1000):
            if number > most:
                break
            bench.repeat(step, number - reached)
            reached, found = number, bench.look(what, number, first)
            first = first or found
            if found[0] > first[0] + SLACK:
                problems.append(f"{what}: {first[0]} queries, then {found[0]}")
    for problem in problems:
        print(f"FAILED: {problem}")
    print("Not as it should be." if problems else "Closing check: all as it should be.")
    return 1 if problems else 0


class Bench:
    """A cable of 1 m of wire, from a silo that nobody finds empty and a reel."""

    def __init__(self, registry):
        self.registry = registry
        with registry.cursor() as cr:
            self._build(self._env(cr))

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, QUIET)

    def _build(self, env):
        env.company.write({"flush_method": "completion", "shortage_profile": "park"})
        made = env["product.category"].create({"name": "Cables"})
        made.property_cost_method = "standard"
        wire, cable = env["product.product"].create(
            [
                {
                    "name": name,
                    "is_storable": True,
                    "categ_id": made.id,
                    "standard_price": 1.0,
                    "flush_method": "reported",
                }
                for name in ("Wire", "Cable")
            ]
        )
        _cost_by_policy(env, made)
        env["mrp.bom"].create(
            {
                "product_tmpl_id": cable.product_tmpl_id.id,
                "bom_line_ids": [
                    Command.create({"product_id": wire.id, "product_qty": 1})
                ],
            }
        )
        place = _line_side(env)
        order = env["mrp.production"].create(
            {"product_id": cable.id, "product_qty": CONTENT}
        )
        order.action_confirm()
        units = env["stock.package"].create([{"name": "SILO"}, {"name": "REEL"}])
        self.place, self.wire, self.order = place.id, wire.id, order.id
        self.silo, self.reel = units.ids
        for unit in units.ids:
            self._fill(env, unit, CONTENT)

    def _fill(self, env, unit, quantity):
        env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.wire,
                "location_id": self.place,
                "package_id": unit,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def _report(self, env, unit):
        wire = env["product.product"].browse(self.wire)
        env["stock.package"].browse(unit).report_consumption(
            1, wire.uom_id.id, self.order
        )

    def use(self, env):
        """One more report about the silo."""
        self._report(env, self.silo)

    def live(self, env):
        """One more life of the reel."""
        self._report(env, self.reel)
        env["stock.package"].browse(self.reel).report_empty()
        self._fill(env, self.reel, 100)

    def repeat(self, step, times):
        """Do it so often, with a commit after every fifty."""
        for first in range(0, times, 50):
            with self.registry.cursor() as cr:
                for _time in range(min(50, times - first)):
                    step(self._env(cr))

    def look(self, what, number, first=None):
        """``(queries, seconds)`` of a report in a transaction of its own, rolled back;
        of three, the cheapest."""
        unit, found = self.silo if what == "reports" else self.reel, []
        for _time in range(3):
            with self.registry.cursor() as cr:
                env = self._env(cr)
                queries, began = cr.sql_log_count, time.process_time()
                self._report(env, unit)
                env.flush_all()
                found.append((cr.sql_log_count - queries, time.process_time() - began))
                cr.rollback()
        queries, seconds = min(row[0] for row in found), min(row[1] for row in found)
        times = f", {seconds / first[1]:.1f} times the first" if first else ""
        print(
            f"after {number} {what}: {queries} queries, {seconds * 1000:.0f} ms{times}",
            flush=True,
        )
        return queries, seconds


if __name__ == "__main__":
    sys.exit(main())
