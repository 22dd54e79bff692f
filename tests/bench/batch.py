"""``setup/bench batch``: thousands of orders in one call of ``backflush_complete``.

One call completes all orders, slice by slice, with a commit after each; every hundredth
order cannot be completed. After each slice a line says what it took and how much memory
the process has. A call that needs more memory or more queries for the last slices than
for the first ones fails. So does one that stops at a bad order or loses one, one whose
stock goes negative, or whose ledger is not explained to 0.00 at the end.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import argparse
import resource
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import odoo.init  # noqa: F401 - sets Odoo up

import _orders_plant as plant
from _orders_history import multiply
from bootstrap.contract import Facts, clone_database, drop_database

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

#: Memory may grow by this share between the first third of the slices and the last:
#: what Python keeps of its own, and nothing per order.
GROWTH = 1.10
#: Queries of a slice may grow by this share between the first third and the last. They
#: are exact; seconds are printed, and say as much of the machine as of the slice.
MORE = 1.05
BAD_EVERY = 100
MEGABYTE = 1024 * 1024


class Slice(NamedTuple):
    """What one slice took, and the megabytes of the process after it."""

    seconds: float
    cpu: float
    queries: int
    memory: float


def main():
    """Prepare orders, complete them in one call, and say what it took."""
    options = _options()
    facts = Facts.from_environ()
    database = clone_database(facts.bare_database, "batch", facts)
    try:
        return _measure(database, options)
    finally:
        drop_database(database, facts)


def _options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--orders", type=int, default=3000, help="hundreds (3000)")
    parser.add_argument("--slice", type=int, default=100, help="per slice (100)")
    return parser.parse_args()


def _measure(database, options):
    config.parse_config(
        ["-d", database, "--max-cron-threads=0", "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    registry = Registry(database)
    ids, bad = _prepare(registry, options.orders)
    slices, result = _complete(registry, ids, options.slice)
    seconds = sum(one.seconds for one in slices)
    print(f"{len(ids)} orders in one call, {options.slice} a slice: {seconds:.0f} s,")
    print(
        f"{1000 * seconds / len(ids):.0f} ms an order, {len(result['failed'])} failed."
    )
    problems = _lost(result, ids, bad) + _growth(slices) + _unproven(registry, bad)
    for problem in problems:
        print(f"FAILED: {problem}")
    print("Not as it should be." if problems else "Closing check: all as it should be.")
    return 1 if problems else 0


def _prepare(registry, count):
    """Confirmed orders; every hundredth asks for what nobody has.

    A hundred are confirmed in Odoo, the others are copies of their rows.
    """
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        product = plant.build(env, "addon")
        env.company.shortage_profile = "block"
        orders = env["mrp.production"].create(
            [{"product_id": product.id} for _ in range(min(BAD_EVERY, count))]
        )
        if len(orders) == BAD_EVERY:
            orders[-1].product_qty = plant.STOCK
        orders.action_confirm()
        env.flush_all()
        multiply(cr, orders.ids, max(count // BAD_EVERY - 1, 0))
        env.invalidate_all()
        every = orders.search([("product_id", "=", product.id)], order="id")
        bad = every.filtered(lambda order: order.product_qty > 1.0)
        print(f"{len(every)} orders prepared, {len(bad)} of them bad", flush=True)
        return every.ids, bad.ids


def _complete(registry, ids, size):
    """One call; what each slice took, measured at its commit."""
    slices = []
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        orders = env["mrp.production"].browse(ids)
        commit = cr.commit
        clocks = [time.monotonic(), time.process_time(), cr.sql_log_count]

        def noting_the_slice():
            commit()
            before = clocks[:]
            clocks[:] = time.monotonic(), time.process_time(), cr.sql_log_count
            took = [now - then for now, then in zip(clocks, before, strict=True)]
            slices.append(Slice(*took, _resident()))
            print(_line(slices, size, ids), flush=True)

        cr.commit = noting_the_slice
        result = orders.backflush_complete(slice_size=size, commit=True)
        cr.commit = commit
    return slices, result


def _line(slices, size, ids):
    one, done = slices[-1], min(len(slices) * size, len(ids))
    return (
        f"{done:5} of {len(ids)}: {one.seconds:6.1f} s, {one.cpu:6.1f} s CPU, "
        f"{one.queries:6} queries, {one.memory:4.0f} MB"
    )


def _resident():
    """Resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MEGABYTE


def _lost(result, ids, bad):
    """Orders that the call does not account for as it should."""
    found = []
    if {row["id"] for row in result["failed"]} != set(bad):
        found.append(f"failed are {len(result['failed'])}, should be {len(bad)}")
    if set(result["done"]) != set(ids) - set(bad):
        found.append(f"done are {len(result['done'])} of {len(ids) - len(bad)}")
    return found


def _growth(slices):
    """What the last slices need more than the first ones."""
    third = max(len(slices) // 3, 1)
    first, last = slices[:third], slices[-third:]
    early, late = max(s.memory for s in first), max(s.memory for s in last)
    few, many = median(s.queries for s in first), median(s.queries for s in last)
    print(f"Memory: {early:.0f} MB in the first third, {late:.0f} MB in the last.")
    print(f"Queries of a slice: {few:.0f} in the first third, {many:.0f} in the last.")
    found = []
    if late > early * GROWTH:
        found.append("memory grows with the number of orders")
    if many > few * MORE:
        found.append("a slice needs more queries the more orders were completed before")
    return found


def _unproven(registry, bad):
    """What is wrong with stock, error queue and ledger when all is done."""
    found = []
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        inside = [("location_id.usage", "=", "internal"), ("quantity", "<", 0)]
        if negative := env["stock.quant"].search_count(inside):
            found.append(f"{negative} quants are negative")
        failures = env["backflush.error"].search([("state", "=", "open")])
        if sorted(failures.production_id.ids) != sorted(bad):
            found.append(f"{len(failures)} open records for {len(bad)} bad orders")
        report = env["backflush.reconciliation"].create({})
        for line in report.line_ids:
            print(
                f"{line.name}: unexplained {line.unexplained:.2f}", line.failures or ""
            )
            if not line.is_proven:
                found.append(f"{line.name} is not proven")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
