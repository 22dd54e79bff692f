"""``setup/bench kanban``: what a signal costs among 5,000 cards, and long weeks.

First the queries of a scan that orders a container, of one that brings it, of a report
of production that empties one, and of the supply that follows in the background: with
ten control cycles, then with a thousand of five cards each. Fails where the thousand
need more queries.

Then simulated weeks at three loops of different kinds, with thousands of reports of
production at random (``test_supermarket_week.py`` with more reports and more seeds):
the limit of work in process holds after every hour, loops that are sized by the rule
never starve, one that is too small does. And weeks of the demo plant
(``tests/demo_week``): two bins, containers, batteries made in house on signal.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import argparse
import json
import os
import subprocess
import sys
import time
from functools import partial

import odoo.init  # noqa: F401 - sets Odoo up

from bootstrap.contract import Facts, clone_database, drop_database

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import config

#: Queries may differ by as many as caches explain.
SLACK = 3
CARDS = 5
CONTENT = 100.0
TESTS = "backflush_costing/tests/test_supermarket_week.py"


def main():
    """Measure on copies of the bare database, which are dropped at the end."""
    options = _options()
    facts = Facts.from_environ()
    failed, bare = 0, facts.bare_database
    if not options.weeks_only:
        failed |= _in_copy(facts, bare, lambda name: _measure(name, options))
    if options.seeds:
        failed |= _in_copy(facts, bare, lambda name: _simulate(name, facts, options))
    for seed in range(options.demo_weeks):
        demo = facts.demo_database
        week = partial(_demo_week, facts=facts, seed=seed)
        failed |= _in_copy(facts, demo, week)
    return failed


def _options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cycles", type=int, default=1000, help="in the end (1000)")
    parser.add_argument("--seeds", type=int, default=5, help="weeks to simulate (5)")
    parser.add_argument(
        "--demo-weeks", type=int, default=10, help="of the demo plant (10)"
    )
    parser.add_argument("--reports", type=int, default=12, help="an hour (12)")
    parser.add_argument("--weeks-only", action="store_true", help="count no queries")
    return parser.parse_args()


def _in_copy(facts, source, work):
    database = clone_database(source, "kanban", facts)
    try:
        return work(database)
    finally:
        drop_database(database, facts)


def _simulate(database, facts, options):
    variables = {
        **os.environ,
        "BACKFLUSH_WEEKS": str(options.seeds),
        "BACKFLUSH_REPORTS": str(options.reports),
    }
    command = [sys.executable, "-m", "pytest", "-q", f"--odoo-database={database}"]
    command += ["--odoo-log-level=warn", TESTS]
    return subprocess.call(command, cwd=facts.root, env=variables)


def _demo_week(database, facts, seed):
    """A week of the demo plant with a seed of its own; 0 where all was right."""
    program = str(facts.root / "tests/demo_week/week.py")
    command = [sys.executable, program, database, f"--seed={seed}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result = json.loads(done.stdout.splitlines()[-1])
    print(f"demo plant, week {seed}: {result}", flush=True)
    return 1 if result["problems"] or result["starved"] else 0


def _measure(database, options):
    config.parse_config(
        ["-d", database, "--max-cron-threads=0", "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    bench = Bench(Registry(database))
    few, _some, many = (
        bench.look(n) for n in (10, options.cycles // 4, options.cycles)
    )
    problems = [
        f"{what}: {few[what]} queries among few loops, {many[what]} among many"
        for what in few
        if many[what] > few[what] + SLACK
    ]
    for problem in problems:
        print(f"FAILED: {problem}")
    print("Not as it should be." if problems else "Closing check: all as it should be.")
    return 1 if problems else 0


class Bench:
    """A supply area with a growing number of loops; the first one is looked at."""

    def __init__(self, registry):
        self.registry, self.loops = registry, 0
        with registry.cursor() as cr:
            env = self._env(cr)
            env.company.write(
                {"flush_method": "completion", "shortage_profile": "park"}
            )
            area = env["backflush.supply.area"].create({"name": "Wall"})
            context = area.action_create()["context"]
            self.area = env["stock.location"].browse(context["default_supply_area_id"])
            self.route = self.area.backflush_route_ids.id
            self.area, self.product = self.area.id, False

    def _env(self, cr):
        quiet = {"tracking_disable": True, "mail_create_nolog": True}
        return api.Environment(cr, SUPERUSER_ID, quiet)

    def grow(self, count):
        """As many loops as ``count``, in circulation, their containers full."""
        began = time.monotonic()
        for first in range(self.loops, count, 100):
            with self.registry.cursor() as cr:
                self._add(self._env(cr), range(first, min(first + 100, count)))
        self.loops = count
        with self.registry.cursor() as cr:
            cards = self._env(cr)["backflush.kanban"].search_count([])
            cr.execute("ANALYZE")
        print(f"{count} loops, {cards} cards ({time.monotonic() - began:.0f} s)")

    def _add(self, env, numbers):
        parts = env["product.product"].create(
            [{"name": f"Part {number}", "is_storable": True} for number in numbers]
        )
        self._stock(env, parts, self.area, CARDS * CONTENT)
        cycles = env["backflush.control.cycle"].create(
            [
                {
                    "product_id": part.id,
                    "supply_area_id": self.area,
                    "bin_id": self.area,
                    "route_id": self.route,
                    "container_quantity": CONTENT,
                    "container_count": CARDS,
                    "signal_lock": 0,
                }
                for part in parts
            ]
        )
        cycles.action_start()
        if not self.product:
            self._first(env, parts[0])

    def _stock(self, env, parts, place, quantity):
        quants = env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            [
                {
                    "product_id": part.id,
                    "location_id": place,
                    "inventory_quantity": quantity,
                }
                for part in parts
            ]
        ).action_apply_inventory()

    def _first(self, env, part):
        """A product of the first part, taken from its loop."""
        stand = env["mrp.workcenter"].create(
            {"name": "Stand", "backflush_location_id": self.area}
        )
        product = env["product.product"].create({"name": "Lamp", "is_storable": True})
        bom = env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "operation_ids": [
                    Command.create({"name": "Join", "workcenter_id": stand.id})
                ],
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": CONTENT})
                ],
            }
        )
        bom.bom_line_ids.operation_id = bom.operation_ids
        self.product, self.part = product.id, part.id

    def look(self, count):
        """Queries of each signal, the caches of the server being filled."""
        self.grow(count)
        with self.registry.cursor() as cr:
            env = self._env(cr)
            store = env["stock.warehouse"].search([], limit=1).lot_stock_id.id
            part = env["product.product"].browse(self.part)
            self._stock(env, part, store, 10 * CARDS * CONTENT)
            # The first round fills the caches, the second one counts.
            for _again in range(2):
                result = self._round(env)
            cr.rollback()
        words = ", ".join(f"{what} {queries}" for what, queries in result.items())
        print(f"queries: {words}", flush=True)
        return result

    def _round(self, env):
        cycles = env["backflush.control.cycle"]
        cycle = cycles.search([("product_id", "=", self.part)])
        card = cycle.kanban_ids.filtered(lambda card: card.state == "full")[-1:].name
        order = env["mrp.production"].create(
            # One of the two containers may be what the books have of a scanned one.
            {"product_id": self.product, "product_qty": 2.0}
        )
        order.action_confirm()
        scan = env["backflush.kanban"].scan
        # What is used empties the container that came first; the scan is of another.
        return {
            "report": self._count(env, order.backflush_complete),
            "supply": self._count(env, cycle._supply_in_turn),
            "scan": self._count(env, lambda: scan(card)),
            "arrival": self._count(env, lambda: scan(card)),
        }

    def _count(self, env, work):
        env.flush_all()
        env.invalidate_all()
        before = env.cr.sql_log_count
        work()
        env.flush_all()
        return env.cr.sql_log_count - before


if __name__ == "__main__":
    raise SystemExit(main())
