"""Programs that send messages, run as their reader does, against a real server."""

import json
import subprocess
import sys
import time

import pytest

from bootstrap.server import free_port

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


def test_the_simulator_drives_the_plant_by_messages_alone(odoo_server):
    outcome = run_example(
        "simulator.py",
        *(odoo_server.url, odoo_server.database, LOGIN, LOGIN),
        *("--orders", 1, "--pieces", 2, "--patience", 240),
    )
    assert outcome["sent"]["rejected"] == 0
    assert outcome["sent"]["duplicate"] == 1
    assert [one["status"] for one in outcome["messages"]] == ["done"] * 3


def test_nonsense_is_answered_over_both_protocols(odoo_server, machine):
    nonsense = [{}, {"source": SOURCE}, {"type": ["x"]}, "x", 5, [], {"a": {"b": 1}}]
    answers = machine.model("backflush.message", "submit", messages=nonsense)
    assert [answer["status"] for answer in answers] == ["rejected"] * len(nonsense)
    assert all(answer["reason"] for answer in answers)
