"""``setup/bench batch``: thousands of orders in one call of ``backflush_complete``.

One call completes all orders, slice by slice, with a commit after each; every hundredth
order cannot be completed. What memory the process has after each slice is printed; a
call that needs more memory for the last slices than for the first ones fails, and so
does one that stops at a bad order or loses one.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import argparse
import resource
import time
from pathlib import Path

import odoo.init  # noqa: F401 - sets Odoo up

import _orders_plant as plant
from bootstrap.contract import Facts, clone_database, drop_database

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

#: Memory may grow by this share between the first third of the slices and the last:
#: what Python keeps of its own, and nothing per order.
GROWTH = 1.10
BAD_EVERY = 100
MEGABYTE = 1024 * 1024


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
    parser.add_argument("--orders", type=int, default=3000, help="how many (3000)")
    parser.add_argument("--slice", type=int, default=100, help="per slice (100)")
    return parser.parse_args()


def _measure(database, options):
    config.parse_config(
        ["-d", database, "--max-cron-threads=0", "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    registry = Registry(database)
    ids, bad = _prepare(registry, options.orders)
    memory, result, seconds = _complete(registry, ids, options.slice)
    print(f"\n{len(ids)} orders in one call, {options.slice} a slice: {seconds:.0f} s,")
    print(
        f"{1000 * seconds / len(ids):.0f} ms an order, {len(result['failed'])} failed."
    )
    problems = _problems(result, ids, bad, memory)
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


def _prepare(registry, count):
    """Confirmed orders; every hundredth asks for what nobody has."""
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        product = plant.build(env, "addon")
        env.company.shortage_profile = "block"
        ids, bad = [], []
        for start in range(0, count, 100):
            orders = env["mrp.production"].create(
                [
                    {"product_id": product.id, "product_qty": 1.0}
                    for _ in range(min(100, count - start))
                ]
            )
            if len(orders) == BAD_EVERY:
                orders[-1].product_qty = plant.STOCK
                bad.append(orders[-1].id)
            orders.action_confirm()
            ids += orders.ids
            cr.commit()
            env.invalidate_all()
            print(f"\r{len(ids)} orders prepared", end="", flush=True)
    return ids, bad


def _complete(registry, ids, size):
    """One call; the memory of the process after each of its commits."""
    memory = []
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        orders = env["mrp.production"].browse(ids)
        commit = cr.commit

        def noting_memory():
            commit()
            memory.append(_resident())
            done = min(len(memory) * size, len(ids))
            print(f"\r{done} of {len(ids)}: {memory[-1]:.0f} MB", end="", flush=True)

        cr.commit = noting_memory
        start = time.monotonic()
        result = orders.backflush_complete(slice_size=size, commit=True)
        seconds = time.monotonic() - start
    return memory, result, seconds


def _resident():
    """Resident memory of this process in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MEGABYTE


def _problems(result, ids, bad, memory):
    found = []
    if {row["id"] for row in result["failed"]} != set(bad):
        found.append(f"failed are {len(result['failed'])}, should be {len(bad)}")
    if set(result["done"]) != set(ids) - set(bad):
        found.append(f"done are {len(result['done'])} of {len(ids) - len(bad)}")
    third = max(len(memory) // 3, 1)
    early, late = max(memory[:third]), max(memory[-third:])
    print(f"Memory: {early:.0f} MB in the first third, {late:.0f} MB in the last.")
    if late > early * GROWTH:
        found.append("memory grows with the number of orders")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
