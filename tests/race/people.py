"""What the people of the race do, call by call, as careful users would.

They reserve before they deliver, and deliver what was reserved; they count what they
see plus what they found. So whoever drives a quant negative was raced, not careless.
Each call is noted in a journal; the books are checked against it afterwards.
"""

import time
from dataclasses import dataclass

from .plant import SKIP_WIZARDS, Order, Plant
from .rpc import CallFailed, Client
from .settings import (
    COMPLETION,
    COUNT,
    DELIVERY,
    FINISH,
    RECEIPT,
    REVERSAL,
    START,
    TRANSFER,
    Errand,
)

OK, REFUSED, FAILED = "ok", "refused", "failed"
PATIENCE, LOOK_AGAIN = 120.0, 0.5
"""Seconds that a supervisor waits for the first report of an order."""


@dataclass(frozen=True)
class Reversal:
    """A supervisor takes back the first report of this order that stands."""

    order: int


@dataclass(frozen=True)
class Press:
    """One button of one document, pressed once."""

    model: str
    method: str
    document: int
    args: tuple = ()


class Journal:
    """What one process asked for and how it ended."""

    def __init__(self):
        self.calls = []

    def note(self, kind, document, outcome, seconds, text=""):
        """Keep one finished piece of work."""
        self.calls.append(
            {
                "kind": kind,
                "document": document,
                "outcome": outcome,
                "seconds": seconds,
                "text": text,
            }
        )


def do(client: Client, journal: Journal, plant: Plant, task):
    """Whatever is on the task list: an order, an errand, a reversal, a button."""
    if isinstance(task, Order):
        if task.by_step:
            run_operations(client, journal, task.id)
        complete(client, journal, task.id)
    elif isinstance(task, Reversal):
        take_back(client, journal, task.order)
    elif isinstance(task, Press):
        press(client, journal, task)
    else:
        run_errand(client, journal, plant, task)


def run_operations(client: Client, journal: Journal, order: int):
    """Start and finish the operations of an order, one call each."""
    own = [("production_id", "=", order)]
    for operation in client.call("mrp.workorder", "search", own):
        for kind, method in ((START, "button_start"), (FINISH, "button_finish")):
            _attempt(journal, kind, operation, _pressed(client, operation, method))


def _pressed(client, operation, method):
    def work():
        client.call("mrp.workorder", method, [operation])
        return OK, ""

    return work


def press(client: Client, journal: Journal, button: Press):
    """Press it, as a screen does; what the user is told instead is noted."""

    def work():
        try:
            client.call(
                button.model,
                button.method,
                [button.document],
                *button.args,
                context=SKIP_WIZARDS,
            )
        except CallFailed as error:
            if error.name == "odoo.exceptions.UserError":
                return REFUSED, error.message
            raise
        return OK, ""

    _attempt(journal, button.method, button.document, work)


def take_back(client: Client, journal: Journal, order: int):
    """Wait for a report of the order, and reverse it; what cannot be is refused."""
    until = time.monotonic() + PATIENCE
    while not (found := _standing_report(client, order)):
        if time.monotonic() > until:
            return
        time.sleep(LOOK_AGAIN)
    _attempt(journal, REVERSAL, found[0], lambda: _reverse(client, found))


def _standing_report(client, order):
    stands = [("production_id", "=", order), ("state", "!=", "reversed")]
    return client.call("backflush.confirmation", "search", stands, order="id", limit=1)


def _reverse(client, confirmation):
    try:
        client.call(
            "backflush.confirmation",
            "action_reverse",
            confirmation,
            "Reported by mistake",
            reopen=False,
        )
    except CallFailed as error:
        if error.name == "odoo.exceptions.UserError":
            return REFUSED, error.message
        raise
    return OK, ""


def complete(client: Client, journal: Journal, order: int):
    """A station reports its order finished."""

    def work():
        answer = client.call(
            "mrp.production", "button_mark_done", [order], context=SKIP_WIZARDS
        )
        return (OK, "") if answer is True else (FAILED, f"answered {answer!r}")

    _attempt(journal, COMPLETION, order, work)


def run_errand(client: Client, journal: Journal, plant: Plant, errand: Errand):
    """A shipper or a supplier does one errand."""
    if errand.kind == COUNT:
        _attempt(journal, COUNT, None, lambda: _count(client, plant, errand))
        return
    picking = _attempt(
        journal, "order", None, lambda: (OK, create_picking(client, plant, errand))
    )
    if picking:
        work = {DELIVERY: _ship, TRANSFER: _ship, RECEIPT: _receive}[errand.kind]
        _attempt(journal, errand.kind, picking, lambda: work(client, picking))


def _attempt(journal, kind, document, work):
    """Run a piece of work, note how it ended, hand back what it made."""
    started = time.monotonic()
    try:
        outcome, text = work()
    except CallFailed as error:
        outcome, text = FAILED, str(error)
    except OSError as error:
        outcome, text = FAILED, f"connection: {error}"
    journal.note(kind, document, outcome, time.monotonic() - started, text)
    return text if outcome == OK else None


def create_picking(client, plant, errand):
    source, destination, code = {
        DELIVERY: (plant.line, _usage(client, "customer"), "outgoing"),
        RECEIPT: (_usage(client, "supplier"), plant.line, "incoming"),
        TRANSFER: (plant.store, plant.line, "internal"),
    }[errand.kind]
    ends = {"location_id": source, "location_dest_id": destination}
    moves = [
        (0, 0, {"product_id": plant.components[index], "product_uom_qty": qty, **ends})
        for index, qty in errand.quantities
    ]
    values = {"picking_type_id": plant.types[code], "move_ids": moves, **ends}
    return client.call("stock.picking", "create", values)


def _usage(client, usage):
    return client.call("stock.location", "search", [("usage", "=", usage)], limit=1)[0]


def _receive(client, picking):
    client.call("stock.picking", "action_confirm", [picking])
    return _validate(client, picking)


def _ship(client, picking):
    """Reserve, look, and send what is reserved; nothing reserved: nothing is sent."""
    client.call("stock.picking", "action_confirm", [picking])
    client.call("stock.picking", "action_assign", [picking])
    domain = [("picking_id", "=", picking)]
    moves = client.call("stock.move", "search_read", domain, ["quantity"])
    if any(move["quantity"] > 0 for move in moves):
        return _validate(client, picking)
    client.call("stock.picking", "action_cancel", [picking])
    return REFUSED, "nothing to reserve"


def _validate(client, picking):
    context = {
        "skip_backorder": True,
        "skip_sms": True,
        "picking_ids_not_to_backorder": [picking],
    }
    answer = client.call("stock.picking", "button_validate", [picking], context=context)
    return (OK, "") if answer is True else (FAILED, f"answered {answer!r}")


def _count(client, plant, errand):
    """Count one component at the line: what the books say, give or take a little.

    A loss is never larger than what nobody has reserved. When the stock moved in
    between, core asks what to do; the counter withdraws the count.
    """
    [(index, found)] = errand.quantities
    place = [
        ("product_id", "=", plant.components[index]),
        ("location_id", "=", plant.line),
        ("quantity", ">", 0),
    ]
    fields = ["quantity", "reserved_quantity"]
    quants = client.call("stock.quant", "search_read", place, fields, limit=1)
    if not quants:
        return REFUSED, "nothing to count"
    quant = quants[0]
    free = max(0.0, quant["quantity"] - quant["reserved_quantity"])
    counted = quant["quantity"] + max(found, -free)
    try:
        return _apply_count(client, quant["id"], counted)
    except CallFailed as error:
        if error.name == "odoo.exceptions.MissingError":
            return REFUSED, "the quant is gone"
        raise


def _apply_count(client, quant, counted):
    mode = {"inventory_mode": True}
    values = {"inventory_quantity": counted}
    client.call("stock.quant", "write", [quant], values, context=mode)
    answer = client.call("stock.quant", "action_apply_inventory", [quant], context=mode)
    if isinstance(answer, dict):
        client.call("stock.quant", "action_clear_inventory_quantity", [quant])
        return REFUSED, "moved while counting"
    return OK, ""
