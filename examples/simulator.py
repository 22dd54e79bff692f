#!/usr/bin/env python3
"""A shop floor in a file: drives a plant through the public interface alone.

    python3 examples/simulator.py http://localhost:8069 DATABASE integration integration

Makes orders for a product, reports scrap and production of each by messages, some of
them twice and in the wrong order, waits until all are carried out, and prints what
became of them. The login needs the role "Integration"; the source has to exist (the
demo plant has it).
"""

import argparse
import json
import random
import time
import uuid
from datetime import datetime, timezone

from xmlrpc_complete_order import Plant, XmlRpc

ENDED = ("done", "failed", "rejected", "replaced")


class ShopFloor:
    """A line that reports what it does."""

    def __init__(self, odoo, source, chance):
        self._odoo, self._source, self._chance = odoo, source, chance
        self._shift = uuid.uuid4().hex[:8]
        self._told, self._numbers = [], {}

    def work(self, product, orders, pieces):
        """Work on orders piece by piece; tell nobody yet. Return their numbers."""
        plant, names = Plant(self._odoo), []
        for _order in range(orders):
            order_id = plant.make_order(product, pieces)
            (order,) = self._odoo.records(
                "mrp.production", "read", [order_id], fields=["name"]
            )
            names.append(order["name"])
        for name in names:
            self._tell("scrap", name, quantity=1, reason="Damaged surface")
            for piece in range(pieces):
                is_last = piece == pieces - 1
                self._tell("production", name, quantity=1, final=is_last)
        return names

    def _tell(self, kind, order, **values):
        number = self._numbers[order] = self._numbers.get(order, 0) + 1
        self._told.append(
            {
                "source": self._source,
                "external_id": f"{self._shift}-{len(self._told)}",
                "sequence_number": number,
                "type": kind,
                "event_time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "order": order,
                **values,
            }
        )

    def report(self, size=5):
        """Send all: in small calls, in any order, some of it twice."""
        told = [*self._told, *self._chance.sample(self._told, len(self._told) // 3)]
        self._chance.shuffle(told)
        counts = {"accepted": 0, "duplicate": 0, "rejected": 0}
        for at in range(0, len(told), size):
            answers = self._odoo.model(
                "backflush.message", "submit", messages=told[at : at + size]
            )
            for answer in answers:
                counts[answer["status"]] += 1
        return counts

    def wait(self, patience):
        """Ask what became of the messages until all have ended."""
        numbers = [message["external_id"] for message in self._told]
        end = time.monotonic() + patience
        while True:
            found = self._odoo.model(
                "backflush.message",
                "get_status",
                source=self._source,
                external_ids=numbers,
            )
            if time.monotonic() > end or all(one["status"] in ENDED for one in found):
                return found
            time.sleep(1.0)


def main(arguments=None):
    """The command line: a short shift."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("database")
    parser.add_argument("login")
    parser.add_argument("password")
    parser.add_argument("--source", default="DEMO-LINE")
    parser.add_argument("--product", default="EUV-100")
    parser.add_argument("--orders", type=int, default=2)
    parser.add_argument("--pieces", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=300.0, help="seconds")
    given = parser.parse_args(arguments)
    odoo = XmlRpc(given.url, given.database, given.login, given.password)
    floor = ShopFloor(odoo, given.source, random.Random(given.seed))
    orders = floor.work(given.product, given.orders, given.pieces)
    sent = floor.report()
    outcome = floor.wait(given.patience)
    print(json.dumps({"orders": orders, "sent": sent, "messages": outcome}, indent=2))


if __name__ == "__main__":
    main()
