"""Programs that send messages, run as their reader does, against a real server."""

import json
import math
import random
import subprocess
import sys
import time
import xmlrpc.client
from contextlib import closing

import psycopg2
import pytest
from race.rpc import Client

from bootstrap.contract import OdooServer
from bootstrap.server import free_port

from . import cables
from .cables import Cables
from .keys import WebSession
from .test_rpc import EXAMPLES, VEHICLE, json2_client, run_example, xmlrpc_client

KEYS = (
    *("source", "external_id", "type", "event_time", "sequence_number", "order", "hu"),
    *("product", "lot", "quantity", "uom", "reason", "final", "reverses", "workcenter"),
)
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


def test_the_simulator_works_a_shift_off_with_every_type_of_message(odoo_server, plant):
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
    assert [unit["lots"] for unit in units] == [
        [name] for name in orders for _n in "123"
    ]
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


def anything(chance, over_json, depth=0):
    """A value of any shape that a protocol can carry, with known keys now and then."""
    kind = chance.randrange(10)
    if depth < 4 and kind < 2:
        return [anything(chance, over_json, depth + 1) for _n in range(kind + 1)]
    if depth < 4 and kind < 8 - depth:
        keys = chance.sample([*sorted(KEYS), "x", ""], chance.randrange(9))
        return {key: anything(chance, over_json, depth + 1) for key in keys}
    values = [
        True,
        False,
        -7,
        2.5,
        "",
        "production",
        "hu_empty",
        SOURCE,
        "m1",
        "é" * 200,
    ]
    values += ["2026-03-02T10:00:00Z", "9" * 20, "<a/>", "%(key)s"]
    if over_json:
        values += [None, math.nan, math.inf, 10**400, "\x00", "\ud800", "a\rb"]
    return chance.choice(values)


@pytest.fixture(params=["json2", "xmlrpc"])
def sender(request, odoo_server):
    """``(connection of the machine, what its protocol can carry)``."""
    if request.param == "json2":
        return json2_client(odoo_server, LOGIN), True
    return xmlrpc_client(odoo_server, LOGIN), False


def test_whatever_is_sent_is_answered_over_both_protocols(sender):
    client, over_json = sender
    chance = random.Random(7)
    for _call in range(4):
        sent = [anything(chance, over_json) for _number in range(200)]
        answers = client.model("backflush.message", "submit", messages=sent)
        assert [answer["status"] for answer in answers] == ["rejected"] * len(sent)
        assert all(answer["reason"].isprintable() for answer in answers)
    for wrong in (5, "x", {"a": 1}, True, *([None] if over_json else [])):
        (answer,) = client.model("backflush.message", "submit", messages=wrong)
        assert answer["code"] == "not_a_list"


def test_whatever_is_asked_for_is_answered_over_both_protocols(sender):
    client, over_json = sender
    for source in (SOURCE, "nobody", "", 5, [SOURCE], {"a": 1}, True):
        for numbers in ([], ["x"], "x", 5, [5, ["x"], {"a": "x"}, True, "é"], {"a": 1}):
            answers = client.model(
                *("backflush.message", "get_status"),
                source=source,
                external_ids=numbers,
            )
            count = len(numbers) if isinstance(numbers, list) else 1
            assert [answer["status"] for answer in answers] == ["unknown"] * count


def test_a_cursor_that_is_none_is_refused_over_both_protocols(sender):
    client, over_json = sender
    wrong = ["x", -1, True, 2.5, [1], {"a": 1}]
    wrong += [None, math.nan, "\x00", "\ud800"] if over_json else []
    feed = "backflush.message.outbound"
    for value in wrong:
        for key in ("cursor", "limit"):
            with pytest.raises((RuntimeError, xmlrpc.client.Fault)) as refusal:
                client.model(feed, "fetch_messages", **{key: value})
            told = str(getattr(refusal.value, "faultCode", refusal.value))
            assert told.startswith("422: " if over_json else "2"), told
    far = 10**30 if over_json else 2**31 - 1
    answer = client.model(feed, "fetch_messages", cursor=far, limit=far)
    assert answer == {"messages": [], "cursor": far}


def test_whatever_is_no_document_is_answered_over_json2(companions_copy, backflush):
    """The companion reads what an MES sends; nobody's input is a fault."""
    with OdooServer(companions_copy, backflush) as server:
        admin = Client(server.url, server.database)
        group = admin.call(
            "ir.model.data",
            "search_read",
            [("module", "=", "backflush_costing"), ("name", "=", "group_integration")],
            ["res_id"],
        )
        values = {"name": "m", "login": "machine", "password": "machine"}
        values["group_ids"] = [(4, group[0]["res_id"])]
        admin.call("res.users", "create", values)
        client, chance = json2_client(server, "machine"), random.Random(7)
        wrong = ["\x00", "\ud800", "<a/>", "<OperationsPerformance/>", "<" * 10**6]
        wrong += [anything(chance, True) for _number in range(100)]
        for document in wrong:
            for source in (SOURCE, "\x00", None, [1]):
                (answer,) = client.model(
                    *("backflush.message", "submit_b2mml"),
                    source=source,
                    document=document,
                )
                assert (answer["status"], answer["code"]) == ("rejected", "not_b2mml")
                assert answer["reason"].isprintable()


def test_a_reader_misses_nothing_that_is_committed_after_a_later_one(
    odoo_server, plant
):
    """Two transactions write; the one that began later commits first and is fetched."""
    feed = xmlrpc_client(odoo_server, LOGIN)
    cursor = everything(feed, 0)[1]
    with late(odoo_server) as first, late(odoo_server) as second:
        for connection, name in ((first, "first"), (second, "second")):
            with connection.cursor() as cr:
                cr.execute(TOLD, (json.dumps({"order": name}),))
        second.commit()
        told, cursor = everything(feed, cursor)
        assert [message["order"] for message in told] == ["second"]
        first.commit()
        told, cursor = everything(feed, cursor)
        assert [message["order"] for message in told] == ["first"]
    assert everything(feed, cursor) == ([], cursor)


TOLD = """
INSERT INTO backflush_message_outbound (company_id, type, date, payload, number)
     SELECT min(id), 'order_changed', now() AT TIME ZONE 'UTC', %s, 0 FROM res_company
"""


def late(server):
    """A transaction of one of the plant's people, open until it is committed."""
    return closing(psycopg2.connect(dbname=server.database))


def everything(feed, cursor):
    """``(messages after the cursor, the new cursor)``."""
    told = []
    while True:
        answer = feed.model(
            *("backflush.message.outbound", "fetch_messages"), cursor=cursor, limit=1000
        )
        told, cursor = told + answer["messages"], answer["cursor"]
        if not answer["messages"]:
            return told, cursor
