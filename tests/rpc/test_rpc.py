"""An integrator's programs against a real server, with the least rights that do it.

The programs are those of ``examples/``. Over XML-RPC a method without a result is a
fault although its work is committed: none of the calls below may raise one.
"""

import json
import subprocess
import sys
import xmlrpc.client
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

from json2_complete_order import Json2  # noqa: E402
from xmlrpc_complete_order import Plant, XmlRpc  # noqa: E402

from .keys import WebSession  # noqa: E402

VEHICLE, TYRE = "EUV-100", "EUV-TYRE"
LINE_SIDE, SUPERMARKET = "DEMO-LINE-FRAME", "DEMO-SUPERMARKET"


def xmlrpc_client(server, login):
    return XmlRpc(server.url, server.database, login, login)


def json2_client(server, login):
    key = WebSession(server.url, server.database, login, login).api_key()
    return Json2(server.url, server.database, key)


@pytest.fixture(params=[xmlrpc_client, json2_client])
def client(request, odoo_server):
    """``client(login)``: a connection over either protocol."""
    connections = {}

    def connect(login):
        if login not in connections:
            connections[login] = request.param(odoo_server, login)
        return connections[login]

    return connect


@pytest.fixture
def plant(client):
    return Plant(client("integration"))


def entries_of(accountant, order_id):
    """The journal items of an order's confirmations, as the cost accountant reads."""
    confirmations = accountant.model(
        "backflush.confirmation",
        "search_read",
        domain=[["production_id", "=", order_id]],
        fields=["move_id"],
    )
    return accountant.model(
        "account.move.line",
        "search_read",
        domain=[["move_id", "in", [one["move_id"][0] for one in confirmations]]],
        fields=["account_id", "debit", "credit", "parent_state"],
    )


def is_proven(accountant):
    """Whether stock and ledger agree, in the report that the accountant opens."""
    report_id = accountant.create("backflush.reconciliation", {})
    (report,) = accountant.records(
        "backflush.reconciliation",
        "read",
        [report_id],
        fields=["is_proven", "unexplained"],
    )
    return report["is_proven"] and report["unexplained"] == 0


def balance(items, name):
    """What an entry does on the account called ``name``."""
    return round(
        sum(
            item["debit"] - item["credit"]
            for item in items
            if item["account_id"][1].endswith(name)
        ),
        2,
    )


def test_an_order_is_completed_from_the_right_line_sides(plant, client):
    before = plant.on_hand(TYRE, LINE_SIDE)
    order_id = plant.make_order(VEHICLE, 1)
    plant.complete(order_id, 1)
    outcome = plant.outcome(order_id)
    assert outcome["state"] == "done"
    assert outcome["errors"] == []
    assert [one["quantity"] for one in outcome["confirmations"]] == [1]
    assert all(one["is_posted"] for one in outcome["confirmations"])
    assert len(outcome["issues"]) == 6
    assert all(one["explanation"] for one in outcome["issues"])
    assert all(
        one["issued_quantity"] == one["required_quantity"] for one in outcome["issues"]
    )
    assert plant.on_hand(TYRE, LINE_SIDE) == before - 4

    accountant = client("accountant")
    items = entries_of(accountant, order_id)
    assert {item["parent_state"] for item in items} == {"posted"}
    assert round(sum(item["debit"] - item["credit"] for item in items), 2) == 0
    assert balance(items, "Finished Goods Inventory") == 1070.94
    assert balance(items, "Conversion Costs Allocated") == -96
    assert is_proven(accountant)


def test_a_shortage_becomes_an_error_record_that_is_worked_off(plant, client):
    on_line = plant.on_hand(TYRE, LINE_SIDE)
    vehicles = on_line // 4 + 1
    order_id = plant.make_order(VEHICLE, vehicles)
    plant.complete(order_id, vehicles)
    outcome = plant.outcome(order_id)
    assert outcome["state"] == "done"
    assert plant.on_hand(TYRE, LINE_SIDE) == 0
    (error,) = (
        one for one in outcome["errors"] if one["product_id"][1].startswith(f"[{TYRE}]")
    )
    assert error["cause"] == "insufficient_stock"
    assert error["state"] == "open"
    assert error["quantity_open"] == vehicles * 4 - on_line
    accountant = client("accountant")
    items = entries_of(accountant, order_id)
    assert round(sum(item["debit"] - item["credit"] for item in items), 2) == 0
    assert balance(items, "Suspense)") <= -24 * error["quantity_open"]
    assert is_proven(accountant)

    supervisor = client("supervisor")
    tried = supervisor.records("backflush.error", "action_retry", [error["id"]])
    assert tried is True
    (place,) = supervisor.model(
        "stock.location",
        "search_read",
        domain=[["barcode", "=", SUPERMARKET]],
        fields=["id"],
    )
    issued = supervisor.records(
        "backflush.error", "action_issue_from", [error["id"]], location_id=place["id"]
    )
    assert issued is True
    (after,) = supervisor.records(
        "backflush.error", "read", [error["id"]], fields=["state", "quantity_open"]
    )
    assert after["state"] == "resolved"
    assert after["quantity_open"] == 0
    assert is_proven(accountant)


def test_the_integration_cannot_work_errors_off_or_read_the_ledger(odoo_server):
    machine = xmlrpc_client(odoo_server, "integration")
    for model, method in (
        ("backflush.error", "action_retry"),
        ("backflush.error", "action_write_off"),
    ):
        errors = machine.model(model, "search_read", domain=[], fields=["id"])
        arguments = {"reason": "none"} if method == "action_write_off" else {}
        with pytest.raises(xmlrpc.client.Fault) as refusal:
            machine.records(model, method, [errors[0]["id"]], **arguments)
        assert refusal.value.faultCode == 4
    with pytest.raises(xmlrpc.client.Fault) as refusal:
        machine.model("account.move", "search_read", domain=[], fields=["name"])
    assert refusal.value.faultCode == 4


def run_example(name, *arguments, code=0):
    """Run a program of ``examples/`` as its reader does; return what it printed."""
    command = [sys.executable, str(EXAMPLES / name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stderr + done.stdout
    return json.loads(done.stdout)


def test_the_xmlrpc_example_runs_as_printed(odoo_server):
    outcome = run_example(
        "xmlrpc_complete_order.py",
        *(odoo_server.url, odoo_server.database, "integration", "integration"),
        *(VEHICLE, 1),
    )
    assert outcome["state"] == "done"


def test_the_json2_example_runs_as_printed(odoo_server):
    session = WebSession(
        odoo_server.url, odoo_server.database, "integration", "integration"
    )
    outcome = run_example(
        "json2_complete_order.py",
        *(odoo_server.url, odoo_server.database, session.api_key()),
        *(VEHICLE, 1),
    )
    assert outcome["state"] == "done"
