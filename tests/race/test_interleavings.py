"""Interleavings that a race meets once in a hundred runs, each forced here.

Somebody stands in the middle of a transaction on the same stock while an order is
completed. Whatever it is, the completion ends well and no quant goes negative.
"""

import json
import subprocess
import threading
import time

import pytest

from bootstrap.contract import Facts

from . import people
from .place import HERE, race_database, race_server
from .plant import SKIP_WIZARDS, build_plant, create_orders, put_stock
from .rpc import Client
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


@pytest.fixture(scope="module")
def place():
    facts = Facts.from_environ()
    with race_database(facts) as database:
        with race_server(facts, database, SETTINGS) as server:
            client = Client(server.url, database)
            holder = Holder(facts, database)
            Watch(database).connection.close()
            yield database, client, holder
            holder.kill()


@pytest.fixture
def scene(place):
    scene = Scene(*place)
    yield scene
    scene.close()


def _check(scene, on_hand):
    assert scene.watch.committed_negatives()[1] == scene.negatives_before
    assert scene.total("quantity") == on_hand
    assert scene.watch.advisory_locks() == 0


def test_a_reservation_in_progress(scene):
    """Core skips a quant that somebody is reserving, and makes a second one."""
    picking = scene.picking("delivery", 3.0)
    scene.holder.run("stock.picking", "action_assign", [picking])
    scene.complete_meanwhile(scene.holder.end)
    _check(scene, on_hand=6.0)
    assert scene.total("reserved_quantity") == 3.0


def test_a_reservation_that_leaves_too_little(scene):
    """Eight of ten are being reserved: the order gets two, and two are parked."""
    picking = scene.picking("delivery", 8.0)
    scene.holder.run("stock.picking", "action_assign", [picking])
    scene.complete_meanwhile(scene.holder.end)
    _check(scene, on_hand=8.0)
    assert scene.total("reserved_quantity") == 8.0


def test_a_count_being_entered(scene):
    """Whoever types a counted quantity holds the quant without moving anything."""
    values = {"inventory_quantity": 10.0}
    mode = {"inventory_mode": True}
    scene.holder.run("stock.quant", "write", scene.quants(), values, **mode)
    scene.complete_meanwhile(scene.holder.end)
    _check(scene, on_hand=6.0)


def test_a_count_of_what_is_being_reserved(scene):
    """A count that meets a conflict is neither lost nor entered on a second quant.

    Core takes the counted quantity out of the call's arguments; when Odoo calls again
    it would find none, and make an empty quant of the same stock instead.
    """
    plant = scene.plant
    picking = scene.picking("delivery", 3.0)
    scene.holder.run("stock.picking", "action_assign", [picking])
    counted = (scene.client, plant.line, plant.components, [8.0] * 3)
    scene.meanwhile(scene.holder.end, put_stock, *counted)
    assert len(scene.quants()) == 1
    _check(scene, on_hand=8.0)
    assert scene.total("reserved_quantity") == 3.0


def test_a_delivery_being_validated(scene):
    picking = scene.picking("delivery", 8.0)
    scene.client.call("stock.picking", "action_assign", [picking])
    scene.holder.run("stock.picking", "button_validate", [picking], skip_sms=True)
    scene.complete_meanwhile(scene.holder.end)
    _check(scene, on_hand=0.0)


def test_a_delivery_that_is_rolled_back(scene):
    picking = scene.picking("delivery", 8.0)
    scene.holder.run("stock.picking", "action_assign", [picking])
    scene.holder.run("stock.picking", "button_validate", [picking], skip_sms=True)
    scene.complete_meanwhile(lambda: scene.holder.end("rollback"))
    _check(scene, on_hand=6.0)


def test_a_station_that_dies_with_the_lock(scene):
    """PostgreSQL ends a dead session's locks: nobody waits for it for ever."""
    other = scene.another_order()
    scene.holder.run("mrp.production", "button_mark_done", [other], **SKIP_WIZARDS)
    assert scene.watch.advisory_locks()
    scene.complete_meanwhile(scene.holder.kill)
    _check(scene, on_hand=6.0)


def test_a_completion_that_is_refused_gives_the_lock_back(scene):
    """An error after the lock was taken: the pooled connection must not keep it."""
    scene.set_profile("block")
    put_stock(scene.client, scene.plant.line, scene.plant.components, [1.0] * 3)
    journal = people.Journal()
    people.complete(scene.client, journal, scene.order)
    scene.set_profile("park")
    assert [call["outcome"] for call in journal.calls] == ["failed"], journal.calls
    _check(scene, on_hand=1.0)
