"""Programs that send messages, run as their reader does, against a real server."""

import json
import subprocess
import sys
import time

import pytest

from bootstrap.server import free_port

from . import cables
from .cables import Cables
from .keys import WebSession
from .test_rpc import EXAMPLES, VEHICLE, run_example, xmlrpc_client

SOURCE, LOGIN = "DEMO-LINE", "integration"


@pytest.fixture
def machine(odoo_server):
    return xmlrpc_client(odoo_server, LOGIN)


def gateway(*arguments, text="", code=0):
    """Run the gateway; return what it printed."""
    command = [sys.executable, str(EXAMPLES / "gateway.py"), *map(str, arguments)]
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def ended(machine, numbers, patience=240):
    """Status of messages, once none is on its way any more."""
    end = time.monotonic() + patience
    while True:
        found = machine.model(
            "backflush.message", "get_status", source=SOURCE, external_ids=numbers
        )
        on_the_way = [one for one in found if one["status"] in ("queued", "waiting")]
        if not on_the_way or time.monotonic() > end:
            return found
        time.sleep(1)


@pytest.mark.parametrize("protocol", ["json2", "xmlrpc"])
def test_the_gateway_keeps_events_and_delivers_them_in_order(
    odoo_server, machine, tmp_path, protocol
):
    products = machine.model(
        "product.product",
        "search_read",
        domain=[["default_code", "=", VEHICLE]],
        fields=["id"],
    )
    order_id = machine.create(
        "mrp.production", {"product_id": products[0]["id"], "product_qty": 3}
    )
    machine.records("mrp.production", "action_confirm", [order_id])
    (order,) = machine.records("mrp.production", "read", [order_id], fields=["name"])
    numbers = [f"{protocol}-{place}" for place in range(1, 4)]
    events = [
        {
            "source": SOURCE,
            "external_id": number,
            "sequence_number": place,
            "type": "production",
            "event_time": "2026-01-05T06:00:00Z",
            "order": order["name"],
            "quantity": 1,
        }
        for place, number in enumerate(numbers, 1)
    ]
    lines = "\n".join(map(json.dumps, events))
    outbox = tmp_path / "outbox.db"
    gateway("put", outbox, text=lines)
    gateway("put", outbox, text=lines)
    key = ("--login", LOGIN, "--password", LOGIN)
    if protocol == "json2":
        session = WebSession(odoo_server.url, odoo_server.database, LOGIN, LOGIN)
        key = ("--key", session.api_key())
    away = f"http://localhost:{free_port()}"
    gateway(
        *("deliver", outbox, away, odoo_server.database, *key, "--patience", "1"),
        code=1,
    )
    gateway("deliver", outbox, odoo_server.url, odoo_server.database, *key)
    kept = json.loads(gateway("list", outbox))
    assert [(row["external_id"], row["status"]) for row in kept] == [
        (number, "accepted") for number in numbers
    ]
    assert [one["status"] for one in ended(machine, numbers)] == ["done"] * 3
    answers = machine.model("backflush.message", "submit", messages=events)
    assert {answer["status"] for answer in answers} == {"duplicate"}


@pytest.fixture(scope="module")
def plant(odoo_server):
    return Cables(odoo_server)


def test_the_simulator_works_a_shift_off_with_every_type_of_message(
    odoo_server, plant
):
    """Three orders of 3 cables, 10 m each, and one piece of scrap per order.

    The first coil of 100 m is used for 2 x 40 m; its residue of 20 m is no use to the
    third order. 40 m of the second coil are used, the rest goes back to the store.
    """
    orders = plant.release(3, 3, 3)
    outcome = run_example(
        "simulator.py",
        *(odoo_server.url, odoo_server.database, LOGIN, LOGIN),
        *("--source", cables.SOURCE, "--product", cables.CABLE, "--lots"),
        *("--coils", *cables.COILS, "--workcenter", cables.CENTER),
        *("--content", cables.CONTENT, "--use", cables.WIRE_PER_CABLE),
        *("--substitute", *cables.TAPES, "--pallets", "SIM-PALLET"),
        *("--patience", 40),
    )
    assert (outcome["made"], outcome["not_made"]) == (orders, [])
    assert outcome["not_done"] == []
    assert outcome["answers"]["duplicate"] > 0
    assert set(outcome["done"]) == {
        *("hu_mount", "hu_unmount", "hu_empty", "hu_return", "consumption"),
        *("substitution", "operation_start", "operation_finish", "scrap"),
        "production",
    }
    # Each order was made in three parts, with the rest of it under another number.
    assert [plant.parts(order) for order in orders] == [[("done", 1)] * 3] * 3
    assert plant.open_errors() == []
    first, second = cables.COILS
    assert plant.residues() == [(first, 20, "Delivered short")]
    assert plant.on_hand(plant.wire) == plant.on_hand(plant.wire, name=second) == 60
    assert plant.place_of(second) == (plant.store["lot_stock_id"][0], False)
    assert plant.on_hand(plant.cable, name="SIM-PALLET-%") == 9
    assert plant.on_hand(plant.blue) == 2 * cables.STOCK - 12
    assert plant.on_hand(plant.plug) == 2 * cables.STOCK - 24
    units = [unit for one in outcome["completed"] for unit in one["handling_units"]]
    assert [unit["lots"] for unit in units] == [[name] for name in orders for _n in "123"]
    assert len(outcome["containers_emptied"]) == 2


def test_the_simulator_says_what_failed_and_ends_with_one(odoo_server, plant):
    """Nobody knows the reason of the scrap: what stands behind it waits for it."""
    outcome = run_example(
        "simulator.py",
        *(odoo_server.url, odoo_server.database, LOGIN, LOGIN),
        *("--source", cables.SOURCE, "--product", cables.CABLE),
        *("--scrap-reason", "Bad luck", "--orders", *plant.release(1)),
        *("--patience", 5),
        code=1,
    )
    (failed,) = (one for one in outcome["not_done"] if one["status"] == "failed")
    assert (failed["type"], failed["cause"]) == ("scrap", "unknown_reference")
    assert failed["error"] and "Bad luck" in failed["reason"]


def test_nonsense_is_answered_over_both_protocols(odoo_server, machine):
    nonsense = [{}, {"source": SOURCE}, {"type": ["x"]}, "x", 5, [], {"a": {"b": 1}}]
    answers = machine.model("backflush.message", "submit", messages=nonsense)
    assert [answer["status"] for answer in answers] == ["rejected"] * len(nonsense)
    assert all(answer["reason"] for answer in answers)
