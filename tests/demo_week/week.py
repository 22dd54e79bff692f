"""A week of the demo plant: vehicles at random, water spider, battery station.

A program of its own, since it has Odoo in its process and moves the clock:
``week.py DATABASE --seed N --days N``. It works on a copy of the demo plant from the
next Monday on, and prints what came of it as JSON.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import argparse
import json
import random
from contextlib import contextmanager
from datetime import datetime, time, timedelta

import odoo.init  # noqa: F401 - sets Odoo up

from freezegun import freeze_time

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

HOURS = 8
ROUND = timedelta(minutes=30)
"""The water spider walks by, and the battery station looks at its signals."""
ROUNDS = range(int(HOURS / (ROUND.total_seconds() / 3600)))
LEAD = timedelta(hours=2)
"""From the signal to the full container; the loops are sized for half a day."""
A_DAY = (8, 11)
"""Vehicles, least and most; the loops are sized for ten and a quarter more."""
LOOPS = ("fastener", "wheel", "battery")
PLENTY = {
    "location_supermarket_demo": {"wheel": 2000, "fastener": 200000},
    "location_line_frame_demo": {"chassis": 400, "tyre": 1600},
    "stock.stock_location_stock": {"cell": 60000, "case": 600, "fastener": 40000},
}
COILS, COIL = 40, 100.0


class Week:
    """The demo plant, with enough behind its loops, and what is seen of it."""

    def __init__(self, env, seed):
        self.env, self.chance = env, random.Random(seed)
        self.operator = self._ref("user_operator_demo")
        self.vehicle = self._ref("product_vehicle_demo")
        self.cycles = env["backflush.control.cycle"].union(
            *(self._ref(f"cycle_{name}_demo") for name in LOOPS)
        )
        self.monday = _next_monday()
        self.orders = env["mrp.production"]
        self.problems, self.brought = [], 0
        self.held = {}

    def _ref(self, name):
        return self.env.ref(name if "." in name else f"backflush_costing.{name}")

    # -- what the plant has, and how it is changed --------------------------------

    def provide(self):
        """Enough of everything that the loops are filled from, and that has none."""
        with freeze_time(self.monday - timedelta(hours=1)):
            quants = self.env["stock.quant"].with_context(inventory_mode=True)
            found = quants.create([*self._loose(), *self._coils()])
            found.action_apply_inventory()

    def _loose(self):
        for place, contents in PLENTY.items():
            for name, quantity in contents.items():
                yield {
                    "product_id": self._ref(f"product_{name}_demo").id,
                    "location_id": self._ref(place).id,
                    "inventory_quantity": quantity,
                }

    def _coils(self):
        line = self._ref("location_line_frame_demo").id
        coil = self._ref("package_coil_1_demo")
        for number in range(COILS):
            yield {
                "product_id": self._ref("product_cable_demo").id,
                "location_id": line,
                "package_id": coil.copy({"name": f"COIL-{number}"}).id,
                "inventory_quantity": COIL,
            }

    def resize(self, name, containers):
        """Another number of containers for a loop, as somebody may have guessed it."""
        self._look()
        self._ref(f"cycle_{name}_demo").container_count = containers

    # -- what happens --------------------------------------------------------------

    def work(self, days):
        """So many days, round by round."""
        for day in range(days):
            times = self._day()
            for number in ROUNDS:
                at = self.monday + timedelta(days=day) + number * ROUND
                with freeze_time(at):
                    self._walk()
                    for _vehicle in range(times.count(number)):
                        self._report()
                    self._look()
            self._prove(f"day {day + 1}")

    def _day(self):
        """The rounds in which a vehicle is finished: evenly, but for some jitter."""
        count = self.chance.randint(*A_DAY)
        step = len(ROUNDS) / count
        times = (step * (n + self.chance.uniform(0.1, 0.9)) for n in range(count))
        return [min(int(at), len(ROUNDS) - 1) for at in times]

    def _walk(self):
        """Containers whose lead time is over are brought, batteries are ready."""
        due = datetime.now() - LEAD
        for card in self.cycles.kanban_ids:
            if card.state == "in_process" and card.date_state <= due:
                self._bring(card)
                self.brought += 1

    def _bring(self, card):
        order = card.production_ids.filtered(lambda o: o.state == "confirmed")
        if order:
            order.with_user(self.operator).backflush_complete()
        else:
            self.env["backflush.kanban"].with_user(self.operator).scan(card.name)

    def _report(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.vehicle.id, "product_qty": 1.0}
        )
        order.action_confirm()
        order.with_user(self.operator).backflush_complete()
        self.orders |= order
        # What the background does a moment later.
        self.cycles._supply()

    # -- what has to hold ----------------------------------------------------------

    def _look(self):
        """The limit of work in process, and no stock below zero, after every round."""
        self.env.flush_all()
        self.env.invalidate_all()
        for cycle in self.cycles:
            held = cycle.quantity_contained + cycle.quantity_on_the_way
            # A loop that was made smaller goes down to its new limits, never up.
            cards, most = self.held.get(cycle, (0, 0.0))
            most = max(most, cycle.wip_limit)
            cards = max(cards, cycle.container_count)
            self.held[cycle] = (len(cycle._regular_cards()), held)
            self._expect(held <= most, cycle, f"{held} instead of {most}")
            count = self.held[cycle][0]
            self._expect(count <= cards, cycle, f"{count} cards instead of {cards}")
        below = [("quantity", "<", 0), ("location_id.usage", "=", "internal")]
        negative = self.env["stock.quant"].search(below)
        self._expect(not negative, self.vehicle, f"{negative}")

    def _expect(self, fact, record, words):
        if not fact:
            self.problems.append(f"{datetime.now()}: {record.display_name}: {words}")

    def _prove(self, when):
        """Every account, requirement and stock is explained."""
        report = self.env["backflush.reconciliation"].create({})
        for line in report.line_ids.filtered(lambda line: not line.is_proven):
            self.problems.append(f"{when}: {line.name} is not proven")

    def result(self):
        """What somebody may ask about the week."""
        short = self.orders.backflush_error_ids
        starved = {
            product.default_code: sum(errors.mapped("quantity"))
            for product, errors in short.grouped("product_id").items()
        }
        lines = [("confirmation_id.production_id", "in", self.orders.ids)]
        return {
            "vehicles": len(self.orders),
            "flushes": self.env["backflush.confirmation.line"].search_count(lines),
            "containers": self.brought,
            "starved": starved,
            "problems": self.problems,
        }


def _next_monday():
    today = datetime.combine(datetime.now().date(), time(6))
    return today + timedelta(days=7 - today.weekday())


@contextmanager
def _plant(database):
    config.parse_config(
        ["-d", database, "--max-cron-threads=0", "--no-http", "--log-level=error"],
        setup_logging=True,
    )
    quiet = {"tracking_disable": True, "mail_create_nolog": True}
    with Registry(database).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, quiet)
        cr.rollback()


def main():
    """Run a week, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--resize", default="", help="LOOP=CONTAINERS")
    given = parser.parse_args()
    with _plant(given.database) as env:
        week = Week(env, given.seed)
        week.provide()
        if given.resize:
            name, containers = given.resize.split("=")
            week.resize(name, int(containers))
        week.work(given.days)
        print(json.dumps(week.result()))


if __name__ == "__main__":
    main()
