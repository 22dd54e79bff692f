"""A line side, somebody who holds a transaction open at it, and what came of it.

Shared by the tests that force one interleaving each.
"""

import json
import subprocess
import threading
import time

from . import people
from .place import HERE
from .plant import build_plant, create_orders, put_stock
from .settings import Errand, Job, Round, Settings
from .watch import Watch

HOLD = 1.5
"""Seconds that the transaction stays open after the completion was called."""
STOCK = 10.0
ORDER = (Job(product=0, quantity=4.0, by_step=False),)
SETTINGS = Settings(plants=1, stations=1, suppliers=0, supervisors=0)


class Holder:
    """The process of ``holder.py`` with one transaction open; it may be killed."""

    def __init__(self, facts, database):
        script = str(HERE / "holder.py")
        configuration = str(facts.configuration)
        self.command = [str(facts.python), script, database, configuration]
        self.log = facts.logs / f"holder-{database}.log"
        self.process = None

    def start(self):
        """Have the process, without an open transaction."""
        if self.process and self.process.poll() is None:
            return self.end("rollback")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._expect("ready")

    def run(self, model, method, ids, *args, **context):
        """Call a method and leave the transaction open."""
        self._send([model, method, ids, args, context])

    def end(self, how="commit"):
        self._send(how)

    def kill(self):
        """End the process in the middle of its transaction."""
        self.process.kill()
        self.process.wait()

    def _send(self, request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        self._expect("done")

    def _expect(self, word):
        line = self.process.stdout.readline().strip()
        assert line == word, f"the holder said {line!r}: see {self.log}"


class Scene:
    """One line-side location with ten pieces of each component, and one order of 4."""

    def __init__(self, database, client, holder):
        [company] = client.call("res.company", "search", [], limit=1, order="id")
        self.client = client = client.of(company)
        self.plant = plant = build_plant(client, SETTINGS)
        self.watch = Watch(database, record=False)
        self.negatives_before = self.watch.committed_negatives()[1]
        self.holder = holder
        holder.start()
        put_stock(client, plant.line, plant.components, [STOCK] * 3)
        self.order = self.another_order()

    def another_order(self):
        """A confirmed order that needs four of each component."""
        work = Round(0, (), (ORDER,), (), ())
        return create_orders(self.client, self.plant, work)[0][0].id

    def picking(self, kind, quantity):
        """A confirmed, unreserved delivery, or a receipt, of the first component."""
        errand = Errand(kind, ((0, quantity),))
        picking = people.create_picking(self.client, self.plant, errand)
        self.client.call("stock.picking", "action_confirm", [picking])
        self.client.call("stock.picking", "do_unreserve", [picking])
        return picking

    def set_profile(self, profile):
        """What happens to missing components of the race's orders."""
        kind = [self.plant.types["mrp_operation"]]
        values = {"shortage_profile": profile}
        self.client.call("stock.picking.type", "write", kind, values)

    def quants(self):
        domain = [
            ("product_id", "=", self.plant.components[0]),
            ("location_id", "=", self.plant.line),
        ]
        return self.client.call("stock.quant", "search", domain)

    def total(self, field):
        """Sum of a field over the first component's quants at the line."""
        quants = self.client.call("stock.quant", "read", self.quants(), [field])
        return sum(quant[field] for quant in quants)

    def complete_meanwhile(self, end):
        """Complete the order while the holder holds; then let the holder end."""
        journal = people.Journal()
        self.meanwhile(end, people.complete, self.client, journal, self.order)
        assert [call["outcome"] for call in journal.calls] == ["ok"], journal.calls

    def meanwhile(self, end, work, *args):
        """Do some work while the holder holds; then let the holder end."""
        thread = threading.Thread(target=work, args=args)
        thread.start()
        time.sleep(HOLD)
        end()
        thread.join(60)
        assert not thread.is_alive(), "the work hangs"

    def close(self):
        self.watch.connection.close()
