#!/usr/bin/env python3
"""A shop floor in a file: drives a plant through the public interface alone.

    python3 examples/simulator.py http://localhost:8069 DATABASE integration integration

Fetches the released orders of a product and works on them as a line does: mounts coils,
starts operations, reports what is used from the coils, scrap, parts and the rest, takes
a report back, finishes, reports coils empty and brings the last one back. All of that
by messages, some of them told twice and in the wrong order. Asks what became of them
until all are worked off, fetches what followed, and prints a summary; ends with 1 where
something failed.

The login needs the role "Integration". The source has to exist, with "Fetches Outbound"
set before the orders are released (the demo plant has the source DEMO-LINE). Without
``--coils`` nothing is mounted, and components are backflushed only. The sequence
numbers begin anew with each run: give each run coils and orders of its own. Needs
nothing but Python.
"""

import argparse
import json
import random
import sys
import time
import uuid
from collections import Counter
from datetime import datetime, timezone

from xmlrpc_complete_order import XmlRpc

#: Status of messages that something may still come of by itself.
ON_THE_WAY = ("queued", "waiting")
OVER = ("order_completed", "order_cancelled")


class Stopped(Exception):
    """The line cannot go on before somebody has looked at what it reported."""


class Feed:
    """What the plant tells machines: orders, and containers that are empty."""

    def __init__(self, odoo):
        self._odoo, self._cursor, self.messages = odoo, 0, []

    def fetch(self):
        """Read on from where the last call ended; return what is new."""
        new = []
        while True:
            answer = self._odoo.model(
                "backflush.message.outbound",
                "fetch_messages",
                cursor=self._cursor,
                limit=500,
            )
            if not answer["messages"]:
                self.messages += new
                return new
            self._cursor = answer["cursor"]
            new += answer["messages"]

    def released(self, product):
        """Orders of a product that were released and are not over, the oldest first.

        :return: what was told of each last
        """
        orders = {}
        for message in self.messages:
            if message["type"] in OVER:
                orders.pop(message["order"], None)
            elif message.get("product") == product and "order" in message:
                orders[message["order"]] = message
        return [one for one in orders.values() if one["quantity"] > 0]


class Reporter:
    """Tells the plant what happened, and asks what became of it.

    Messages are numbered per handling unit, else per order, so that the plant can put
    them in order, however they arrive.
    """

    def __init__(self, odoo, source, chance):
        self._odoo, self._source, self._chance = odoo, source, chance
        self._shift, self._numbers = uuid.uuid4().hex[:8], Counter()
        self._told, self._unsent, self.answers = {}, [], Counter()

    def tell(self, kind, **values):
        """Note a message; :meth:`send` sends it. Return its number."""
        values = {key: value for key, value in values.items() if value is not None}
        # "production" belongs to its order also where it names a unit.
        stream = values.get("hu") if kind != "production" else None
        stream = stream or values["order"]
        self._numbers[stream] += 1
        number = f"{self._shift}-{len(self._told) + 1}"
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._told[number] = {
            "source": self._source,
            "external_id": number,
            "sequence_number": self._numbers[stream],
            "type": kind,
            "event_time": now,
            **values,
        }
        self._unsent.append(self._told[number])
        return number

    def send(self, size=5):
        """Send what was noted: in small calls, in any order, a third of it twice."""
        again = self._chance.sample(self._unsent, len(self._unsent) // 3)
        told, self._unsent = [*self._unsent, *again], []
        self._chance.shuffle(told)
        for at in range(0, len(told), size):
            answers = self._odoo.model(
                "backflush.message", "submit", messages=told[at : at + size]
            )
            for answer in answers:
                self.answers[answer["status"]] += 1
                if answer["status"] == "rejected":
                    print(
                        f"{answer['external_id']}: {answer['reason']}", file=sys.stderr
                    )

    def settle(self, patience):
        """Send, then ask until nothing is on its way.

        :raises Stopped: if something is, after so many seconds: what stands behind a
            message that failed waits until somebody has dealt with that
        """
        self.send()
        end = time.monotonic() + patience
        while any(one["status"] in ON_THE_WAY for one in self.status()):
            if time.monotonic() > end:
                raise Stopped
            time.sleep(0.5)

    def status(self):
        """What became of each message, with what it reported."""
        numbers, found = list(self._told), []
        for at in range(0, len(numbers), 1000):
            found += self._odoo.model(
                "backflush.message",
                "get_status",
                source=self._source,
                external_ids=numbers[at : at + 1000],
            )
        return [{**self._told[one["external_id"]], **one} for one in found]


class Line:
    """One work center with its coils: what happens while orders are worked on."""

    def __init__(self, reporter, given):
        self._tell, self._reporter = reporter.tell, reporter
        self._given, self._coils = given, list(given.coils)
        self._coil, self._left, self._pallets = None, 0.0, 0

    def make(self, order):
        """Work on one order, piece by piece; whether there was material for it.

        What was used is known to the plant before what is made of it is told: these are
        not messages about the same thing, so that numbers do not put them in order, and
        a report can be taken back only as long as nothing is made of it.
        """
        given, name = self._given, order["order"]
        quantity = order["quantity"] - order["quantity_produced"]
        parts = [given.part] * int(quantity // given.part)
        parts += [quantity - sum(parts)] if quantity > sum(parts) else []
        if not self._load((quantity + given.scrap) * given.use):
            return False
        if given.substitute:
            product, other = given.substitute
            self._tell("substitution", order=name, product=product, substitute=other)
        self._operations("operation_start", order)
        if self._coil:
            self._use_for(name, [given.scrap, *parts])
        self._settle()
        if given.scrap:
            reason = given.scrap_reason
            self._tell("scrap", order=name, quantity=given.scrap, reason=reason)
        for part in parts[:-1]:
            self._produce(name, part)
        self._operations("operation_finish", order)
        self._produce(name, parts[-1], final=True)
        self._settle()
        return True

    def clear(self):
        """The end of the shift: the last coil goes back to where it came from."""
        if self._coil:
            self._tell("hu_unmount", hu=self._coil)
            self._tell("hu_return", hu=self._coil)
        self._settle()

    def _settle(self):
        self._reporter.settle(self._given.patience)

    def _load(self, quantity):
        """See to it that a coil with so much on it is mounted; whether there is one.

        The plant is asked before the line goes on: an operation may be started only
        once its coil is mounted, and these are not messages about the same thing.
        """
        while self._given.coils and quantity > self._left:
            if self._coil:
                self._tell("hu_empty", hu=self._coil, reason=self._given.cause)
                self._settle()
                self._coil = None
            if not self._coils:
                return False
            self._coil, self._left = self._coils.pop(0), self._given.content
            self._tell("hu_mount", hu=self._coil, workcenter=self._given.workcenter)
            self._settle()
        return True

    def _use_for(self, order, parts):
        """Report what was taken from the coil; one report is wrong, and taken back."""
        unit = self._given.use
        wrong = self._tell("consumption", hu=self._coil, order=order, quantity=unit)
        self._tell("consumption", hu=self._coil, reverses=wrong)
        for part in filter(None, parts):
            used = part * unit
            self._left -= used
            self._tell("consumption", hu=self._coil, order=order, quantity=used)

    def _operations(self, kind, order):
        for work in order["operations"]:
            self._tell(kind, order=order["order"], operation=work["operation"])

    def _produce(self, order, quantity, final=None):
        """Parts of an order are one lot, each in a unit of its own, where wanted."""
        unit = None
        if self._given.pallets:
            self._pallets += 1
            unit = f"{self._given.pallets}-{self._pallets}"
        self._tell(
            "production",
            order=order,
            quantity=quantity,
            lot=order if self._given.lots else None,
            hu=unit,
            final=final,
        )


def work(odoo, given):
    """A shift; its summary."""
    feed = Feed(odoo)
    feed.fetch()
    orders = feed.released(given.product)
    if given.orders:
        orders = [order for order in orders if order["order"] in given.orders]
    reporter = Reporter(odoo, given.source, random.Random(given.seed))
    line, made = Line(reporter, given), []
    try:
        for order in orders:
            if line.make(order):
                made.append(order["order"])
        line.clear()
    except Stopped:
        print("stopped: reports are not worked off", file=sys.stderr)
    return summary(made, orders, feed.fetch(), reporter)


def summary(made, orders, followed, reporter):
    """What was done, what failed, and what the plant said of it."""
    status = reporter.status()
    told = ("external_id", "type", "order", "hu", "status", "reason", "cause", "error")
    return {
        "made": made,
        "not_made": [order["order"] for order in orders if order["order"] not in made],
        "answers": reporter.answers,
        "done": Counter(one["type"] for one in status if one["status"] == "done"),
        "not_done": [
            {key: one[key] for key in told if one.get(key)}
            for one in status
            if one["status"] != "done"
        ],
        "completed": [
            {
                "order": one["order"],
                "quantity": one["quantity_produced"],
                "handling_units": one["handling_units"],
            }
            for one in followed
            if one["type"] == "order_completed" and one["order"] in made
        ],
        "containers_emptied": [
            one["kanban"] for one in followed if one["type"] == "kanban_emptied"
        ],
    }


def parser():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("url", "database", "login"):
        parser.add_argument(name)
    parser.add_argument("password", help="or API key")
    option = parser.add_argument
    option("--source", default="DEMO-LINE", help="code of the source (%(default)s)")
    option("--product", default="EUV-100", help="internal reference (%(default)s)")
    option("--orders", nargs="+", default=[], help="only these; else all released ones")
    option("--part", type=float, default=1.0, help="quantity per report (%(default)s)")
    option("--scrap", type=float, default=1.0, help="scrap per order; 0: none")
    option("--scrap-reason", default="Damaged surface", help="a deviation reason")
    option("--lots", action="store_true", help="the product has lots: one per order")
    option("--pallets", help="receive each report into a unit PALLETS-1, PALLETS-2 …")
    option(
        "--substitute",
        nargs=2,
        metavar=("PRODUCT", "SUBSTITUTE"),
        help="use an approved substitution on each order",
    )
    option("--coils", nargs="+", default=[], help="full coils, used one after another")
    option("--workcenter", help="code of the work center that the coils are mounted at")
    option("--content", type=float, default=0.0, help="what a full coil holds")
    option("--use", type=float, default=0.0, help="what a piece takes from a coil")
    option("--cause", default="short_supply", help="cause of residues (%(default)s)")
    option("--seed", type=int, default=1, help="of the order of telling (%(default)s)")
    option("--patience", type=float, default=60.0, help="seconds to wait (%(default)s)")
    return parser


def main(arguments=None):
    """A shift; 0 where all of it was worked off, else 1."""
    command = parser()
    given = command.parse_args(arguments)
    if given.part <= 0:
        command.error("--part has to be above 0")
    if given.coils and not (given.workcenter and given.content and given.use):
        command.error("--coils needs --workcenter, --content and --use")
    odoo = XmlRpc(given.url, given.database, given.login, given.password)
    outcome = work(odoo, given)
    print(json.dumps(outcome, indent=2))
    return 1 if outcome["not_done"] or outcome["answers"]["rejected"] else 0


if __name__ == "__main__":
    sys.exit(main())
