"""One side of the measurement: a process with Odoo's registry on one database.

Reads a JSON command a line from its input and answers each with a JSON line. Every
measured call runs in a transaction of its own, which is flushed as a commit would flush
it, checked, and then rolled back: each sample finds the database as the one before it.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import cProfile
import gc
import io
import json
import os
import pstats
import sys
import time

import odoo.init  # noqa: F401 - sets Odoo up

import _orders_history as history
import _orders_plant as plant
from _orders_spending import Spending

from odoo import api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

COMPLETE = {"skip_consumption": True, "skip_backorder": True, "skip_redirection": True}
SEEDS = 10


class Worker:
    """Builds the plant of a side and completes its orders."""

    def __init__(self, side, database):
        self.side = side
        options = ["-d", database, "--max-cron-threads=0", "--no-http"]
        config.parse_config([*options, "--log-level=error"], setup_logging=True)
        self.registry = Registry(database)
        self.seeds = []
        self.orders = []

    def _cursor(self):
        return self.registry.cursor()

    def _env(self, cr):
        uid = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin").id
        return api.Environment(cr, uid, {})

    # -- commands --------------------------------------------------------------------

    def build(self):
        """Make the plant, and a first order: quants stand wherever they are needed."""
        with self._cursor() as cr:
            self.product = plant.build(self._env(cr), self.side).id
            self._done(self._create(self._env(cr), 1))
        return True

    def prepare(self, count):
        """Have ``count`` confirmed orders that every sample completes anew."""
        with self._cursor() as cr:
            self.orders = self._create(self._env(cr), count).ids
        return True

    def confirm(self, batch):
        """Measure creation and confirmation of new orders."""
        with self._cursor() as cr:
            env = self._env(cr)
            sample = self._measured(cr, lambda: self._create(env, batch))
            cr.rollback()
        return sample

    def complete(self, batch, start=0):
        """Measure the completion of some of the prepared orders in one call."""
        with self._cursor() as cr:
            orders = self._browse(cr, batch, start)
            sample = self._measured(cr, lambda: self._done(orders))
            self._check(cr, orders.ids)
            cr.rollback()
        return sample

    def spend(self, batch):
        """Say which of the addon's methods spend how much of a completion."""
        with Spending(self.registry) as spending, self._cursor() as cr:
            orders = self._browse(cr, batch)
            spending.cr = cr
            self._measured(cr, lambda: self._done(orders))
            cr.rollback()
        return spending.result(batch)

    def profile(self, batch, path, limit=80):
        """Write a profile of a completion to a file."""
        profiler = cProfile.Profile()
        with self._cursor() as cr:
            orders = self._browse(cr, batch)
            profiler.enable()
            self._measured(cr, lambda: self._done(orders))
            profiler.disable()
            cr.rollback()
        text = io.StringIO()
        stats = pstats.Stats(profiler, stream=text)
        stats.sort_stats("cumulative").print_stats(limit)
        stats.sort_stats("cumulative").print_stats("backflush_costing", limit)
        with open(path, "w") as target:
            target.write(text.getvalue())
        return True

    def age(self, moves):
        """Give the database a past of ``moves`` done movements."""
        with self._cursor() as cr:
            if not self.seeds:
                self.seeds = self._complete_seeds(self._env(cr))
            present = history.counts(cr)["moves"]
            step = SEEDS * (plant.COMPONENTS + 1)
            copies = max(-(-(moves - present) // step), 0)
            if copies:
                history.multiply(cr, self.seeds, copies)
            present = history.counts(cr)
        with self._cursor() as cr:
            cr.commit()
            cr._cnx.autocommit = True
            cr.execute("VACUUM ANALYZE")
            cr._cnx.autocommit = False
        return present

    # -- parts -----------------------------------------------------------------------

    def _create(self, env, count):
        vals = [{"product_id": self.product, "product_qty": 1.0} for _ in range(count)]
        orders = env["mrp.production"].create(vals)
        orders.action_confirm()
        return orders

    def _complete_seeds(self, env):
        orders = self._create(env, SEEDS)
        env.flush_all()
        for order in orders:
            self._done(order)
        env.flush_all()
        return orders.ids

    def _browse(self, cr, batch, start=0):
        chosen = [self.orders[(start + i) % len(self.orders)] for i in range(batch)]
        env = self._env(cr)
        env.user.has_group("base.group_user")
        return env["mrp.production"].browse(sorted(chosen))

    def _done(self, orders):
        answer = orders.with_context(**COMPLETE).button_mark_done()
        assert answer is True, f"button_mark_done answered {answer!r}"

    def _measured(self, cr, call):
        """Queries, CPU and wall seconds of a call with what a commit flushes."""
        gc.collect()
        start = cr.sql_log_count, time.process_time(), time.perf_counter()
        call()
        cr.flush()
        end = cr.sql_log_count, time.process_time(), time.perf_counter()
        return [after - before for before, after in zip(start, end, strict=True)]

    def _check(self, cr, orders):
        """Refuse a sample that did not do what it was measured for."""
        found = {
            "done orders": _one(
                cr,
                "SELECT count(*) FROM mrp_production"
                " WHERE id = ANY(%s) AND state = 'done'",
                orders,
            ),
            "pieces issued": _one(
                cr,
                "SELECT sum(quantity) FROM stock_move WHERE state = 'done'"
                " AND raw_material_production_id = ANY(%s)",
                orders,
            ),
            "negative quants": _one(
                cr,
                "SELECT count(*) FROM stock_quant q JOIN stock_location l"
                " ON l.id = q.location_id"
                " WHERE q.quantity < 0 AND l.usage = 'internal'",
            ),
        }
        wanted = {
            "done orders": len(orders),
            "pieces issued": 2 * plant.COMPONENTS * len(orders),
            "negative quants": 0,
        }
        if self.side != "entries":
            entries = 1 if self.side == "addon" else 0
            found["entries"], wanted["entries"] = self._entries(cr, orders), entries
        if self.side == "addon":
            found.update(self._records(cr, orders))
            wanted["confirmations"] = len(orders)
            wanted["valued moves"] = (plant.COMPONENTS + 1) * len(orders)
        assert found == wanted, f"{self.side}: found {found}, wanted {wanted}"

    def _entries(self, cr, orders):
        return _one(
            cr,
            "SELECT count(DISTINCT m.account_move_id) FROM stock_move m"
            " WHERE m.raw_material_production_id = ANY(%s)"
            " OR m.production_id = ANY(%s)",
            orders,
            orders,
        )

    def _records(self, cr, orders):
        return {
            "confirmations": _one(
                cr,
                "SELECT count(*) FROM backflush_confirmation"
                " WHERE production_id = ANY(%s) AND is_posted AND move_id IS NOT NULL",
                orders,
            ),
            "valued moves": _one(
                cr,
                "SELECT count(DISTINCT stock_move_id) FROM backflush_posting_line"
                " WHERE production_id = ANY(%s)",
                orders,
            ),
        }


def _one(cr, statement, *parameters):
    cr.execute(statement, parameters or None)
    return cr.fetchone()[0]


def main(side, database):
    """Answer commands until the input ends."""
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker = Worker(side, database)
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        answers.write(json.dumps(getattr(worker, command)(*arguments)) + "\n")
    sql_db.close_all()


if __name__ == "__main__":
    main(*sys.argv[1:])
