"""The queue is worked off by two processes, and while stock arrives.

Nothing is issued twice, nothing that arrives is missed, and nobody waits for it.
"""

import json
import subprocess
import threading
import time

import pytest

from bootstrap.contract import Facts

from .floor import (
    AT_COMPLETION,
    PLENTY,
    QUANTITY,
    SETTINGS,
    SUPERVISORS,
    Floor,
    complete,
    retry,
)
from .people import OK
from .place import HERE, race_database, race_server
from .scene import HOLD

TIMES = 3
WAITING = QUANTITY - 1.0
CHIEF = SUPERVISORS[0]


class Worker:
    """The process of ``queue_worker.py``."""

    def __init__(self, facts, database, name):
        script = str(HERE / "queue_worker.py")
        command = [str(facts.python), script, database, str(facts.configuration)]
        self.log = (facts.logs / f"queue-{name}-{database}.log").open("w")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout.readline().strip() == "ready", self.log.name

    def begin(self):
        print("run", file=self.process.stdin, flush=True)

    def finish(self):
        line = self.process.stdout.readline()
        assert line and json.loads(line) == "done", f"died: see {self.log.name}"

    def run(self):
        self.begin()
        self.finish()

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.log.close()


@pytest.fixture(scope="module")
def facts():
    return Facts.from_environ()


@pytest.fixture(scope="module")
def floor(facts):
    with race_database(facts) as database:
        with race_server(facts, database, SETTINGS) as server:
            floor = Floor(facts, database, server)
            yield floor
            floor.close()


@pytest.fixture(scope="module")
def workers(facts, floor):
    workers = [Worker(facts, floor.database, name) for name in ("one", "other")]
    yield workers
    for worker in workers:
        worker.close()


def _parked(floor):
    """A completed order whose components were one of four each; its records."""
    order, _operation = floor.new_order()
    floor.stock(1.0)
    floor.press(complete(order))
    return order, [row["id"] for row in floor.errors(order)]


def _issues(floor, records):
    """What was issued of each record after all, attempt by attempt."""
    domain = [("error_id", "in", records), ("kind", "=", "retry")]
    rows = floor.client.call(
        "backflush.error.remedy", "search_read", domain, ["error_id", "quantity"]
    )
    return sorted((row["error_id"][0], row["quantity"]) for row in rows)


def _check_once(floor, order, records):
    assert _issues(floor, records) == sorted((r, WAITING) for r in records)
    assert {row["state"] for row in floor.errors(order)} == {"resolved"}
    assert floor.left(AT_COMPLETION) == PLENTY - WAITING
    floor.assert_proven()


def test_two_workers_take_the_same_records(floor, workers):
    for _time in range(TIMES):
        order, records = _parked(floor)
        floor.stock(PLENTY)
        for worker in workers:
            worker.begin()
        for worker in workers:
            worker.finish()
        _check_once(floor, order, records)


def test_a_worker_and_a_person(floor, workers):
    for _time in range(TIMES):
        order, records = _parked(floor)
        floor.stock(PLENTY)
        workers[0].begin()
        calls = floor.at_once({CHIEF: retry(records[0])})
        workers[0].finish()
        # Who came second was told that it is closed already.
        assert calls[0]["outcome"] == OK or "Closed already" in calls[0]["text"], calls
        _check_once(floor, order, records)


def test_a_worker_waits_for_who_holds_the_record(floor, workers):
    order, records = _parked(floor)
    floor.stock(PLENTY)
    floor.holder.start()
    floor.holder.run("backflush.error", "action_retry", records)
    workers[0].begin()
    time.sleep(HOLD)
    floor.holder.end()
    workers[0].finish()
    _check_once(floor, order, records)


def _receipt(floor, quantity):
    """A confirmed receipt of each component at the line."""
    client, plant = floor.client, floor.plant
    [source] = client.call(
        "stock.location", "search", [("usage", "=", "supplier")], limit=1
    )
    picking = client.call(
        "stock.picking",
        "create",
        {
            "picking_type_id": plant.types["incoming"],
            "location_id": source,
            "location_dest_id": plant.line,
            "move_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": component,
                        "product_uom_qty": quantity,
                        "location_id": source,
                        "location_dest_id": plant.line,
                    },
                )
                for component in plant.components
            ],
        },
    )
    client.call("stock.picking", "action_confirm", [picking])
    client.call("stock.picking", "action_assign", [picking])
    moves = client.call("stock.move", "search", [("picking_id", "=", picking)])
    client.call("stock.move", "write", moves, {"picked": True})
    return picking


def _pending(floor):
    """Whether the scheduler has been woken up."""
    [cron] = floor.client.call(
        "ir.model.data",
        "search_read",
        [("name", "=", "cron_retry_errors")],
        ["res_id"],
    )
    domain = [("cron_id", "=", cron["res_id"])]
    return floor.client.call("ir.cron.trigger", "search_count", domain)


def test_stock_that_arrives_while_a_worker_is_at_it(floor, workers):
    """The worker sees some of it or nothing; what it missed wakes it up again."""
    order, records = _parked(floor)
    floor.stock(1.0)
    picking = _receipt(floor, PLENTY)
    before = _pending(floor)
    floor.holder.start()
    floor.holder.run("stock.picking", "button_validate", [picking])
    thread = threading.Thread(target=workers[0].run)
    thread.start()
    time.sleep(HOLD)
    floor.holder.end()
    thread.join(60)
    assert not thread.is_alive(), "the worker hangs"
    # Committed with the receipt, after the worker had looked for its work.
    assert _pending(floor) > before
    workers[1].run()
    assert {row["state"] for row in floor.errors(order)} == {"resolved"}
    assert floor.left(AT_COMPLETION) == PLENTY + 1.0 - WAITING
    floor.assert_proven()


def test_a_receiver_does_not_wait_for_the_work_off(floor, workers):
    order, records = _parked(floor)
    picking = _receipt(floor, PLENTY)
    floor.client.call("stock.picking", "button_validate", [picking])
    assert {row["state"] for row in floor.errors(order)} == {"open"}
    workers[0].run()
    assert {row["state"] for row in floor.errors(order)} == {"resolved"}
    floor.assert_proven()


def test_a_count_while_something_is_being_parked(floor):
    """The count comes after the completion, and explains what that parked."""
    order, _operation = floor.new_order()
    floor.stock(1.0)
    floor.holder.start()
    context = {"skip_consumption": True, "skip_redirection": True}
    floor.holder.run("mrp.production", "button_mark_done", [order], **context)
    counted = []
    thread = threading.Thread(target=lambda: counted.append(_count(floor, 2.0)))
    thread.start()
    time.sleep(HOLD)
    assert not counted, "the count did not wait for who was first"
    floor.holder.end()
    thread.join(60)
    assert counted
    assert {row["state"] for row in floor.errors(order)} == {"resolved"}
    assert floor.left(AT_COMPLETION) == 2.0
    floor.assert_proven()


def _count(floor, quantity):
    """Count each component at the line, now."""
    mode = {"inventory_mode": True}
    rows = [
        {
            "product_id": component,
            "location_id": floor.plant.line,
            "inventory_quantity": quantity,
        }
        for component in floor.plant.components
    ]
    quants = floor.client.call("stock.quant", "create", rows, context=mode)
    floor.client.call("stock.quant", "action_apply_inventory", quants, context=mode)
    return True
