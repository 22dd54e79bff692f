"""Interleavings that a race meets once in a hundred runs, each forced here.

Somebody stands in the middle of a transaction on the same stock while an order is
completed. Whatever it is, the completion ends well and no quant goes negative.
"""

import pytest

from bootstrap.contract import Facts

from . import people
from .place import race_database, race_server
from .plant import SKIP_WIZARDS, put_stock
from .rpc import Client
from .scene import SETTINGS, Holder, Scene
from .watch import Watch


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
