"""What happens at a line in a shift, and the ways in which it is told.

Pure functions of a seed: the same seed gives the same history and the same delivery.
"""

import random
from datetime import datetime, timedelta

BEGIN = datetime(2026, 1, 5, 6)
PARTS = ((20,), (7, 13))
"""Pieces of an order, received at once or in parts."""
PIECES, PER_PIECE, USES = 4, 10, 10
"""Of a short job: pieces, wire in each of them, and reports of what was used."""
JOB = 1 + USES + PIECES + 1
"""Messages about a short job."""


def history(plant, seed):
    """Messages of a plant in the order in which things happened.

    Each order is completed at once or in two parts; each coil is mounted, used for any
    orders, sometimes beyond what it holds, and reported empty, or not; one that was
    reported empty is not after all, and used again. Some wire comes from no coil. That,
    and every second coil, is told of without numbers.
    """
    shift = Shift(plant, seed)
    chance = shift.chance
    events = [(shift.use, coil) for coil in plant.coils for _n in range(4)]
    events += [(shift.use_loose,)] * 2
    for order in plant.orders:
        events += [(shift.complete, order, part) for part in chance.choice(PARTS)]
    chance.shuffle(events)
    for coil in plant.coils:
        shift.tell("hu_mount", coil, hu=coil, workcenter=plant.saw)
    for happens, *what in events:
        happens(*what)
    mistaken = chance.choice(plant.coils[::2])
    shift.tell("hu_empty", mistaken, hu=mistaken, reverses=shift.empty(mistaken))
    shift.use(mistaken)
    for coil in plant.coils:
        if chance.random() < 0.7:
            shift.empty(coil)
    return shift.told


class Shift:
    """What happened so far, and what has been told of it."""

    def __init__(self, plant, seed):
        self.plant, self.chance = plant, random.Random(seed)
        self.told, self.numbers = [], {}

    def tell(self, kind, stream, is_numbered=True, **values):
        """One message; its external id."""
        moment = BEGIN + timedelta(minutes=len(self.told))
        values |= {"source": self.plant.unnumbered, "type": kind}
        if is_numbered and stream not in self.plant.coils[1::2]:
            number = self.numbers[stream] = self.numbers.get(stream, 0) + 1
            values |= {"source": self.plant.name, "sequence_number": number}
        values["external_id"] = f"{kind}-{len(self.told)}"
        values["event_time"] = f"{moment.isoformat()}Z"
        self.told.append(values)
        return values["external_id"]

    def use(self, coil):
        order = self.chance.choice(self.plant.orders)
        quantity = self.chance.choice((50, 120.5, 200, 300, 410))
        self.tell("consumption", coil, hu=coil, order=order, quantity=quantity)

    def use_loose(self):
        order = self.chance.choice(self.plant.orders)
        quantity = self.chance.choice((15, 30.5, 60))
        used = {"order": order, "product": self.plant.wire_code, "quantity": quantity}
        self.tell("consumption", order, is_numbered=False, **used)

    def complete(self, order, pieces):
        self.tell("production", order, order=order, quantity=pieces)

    def empty(self, coil):
        return self.tell("hu_empty", coil, hu=coil, reason="short_supply")


def jobs(plant, seed, at_once=25):
    """What machines report of many short jobs, some of which run at the same time.

    Each order has a coil of its own, which holds more than it needs: it is mounted,
    used and told to be empty, while the pieces are reported one by one. Each job is
    told in 16 messages, which leave nothing open: what was used is what the bill of
    materials says.
    """
    chance, told = random.Random(seed), []
    pairs = list(zip(plant.orders, plant.coils, strict=True))
    for first in range(0, len(pairs), at_once):
        running = [
            _job(plant, *pair, chance) for pair in pairs[first : first + at_once]
        ]
        while running := [job for job in running if job]:
            told.append(chance.choice(running).pop(0))
    for at, message in enumerate(told):
        moment = BEGIN + timedelta(seconds=at)
        message["event_time"] = f"{moment.isoformat()}Z"
    return told


def _job(plant, order, coil, chance):
    """The messages of an order of ``PIECES`` pieces, in their order."""
    used = {"hu": coil, "order": order, "quantity": PIECES * PER_PIECE / USES}
    work = [("consumption", coil, used)] * USES
    work += [("production", order, {"order": order, "quantity": 1})] * PIECES
    chance.shuffle(work)
    told, numbers = [], {}
    for kind, stream, values in (
        ("hu_mount", coil, {"hu": coil, "workcenter": plant.saw}),
        *work,
        ("hu_empty", coil, {"hu": coil, "reason": "adjusting"}),
    ):
        number = numbers[stream] = numbers.get(stream, 0) + 1
        header = {"source": plant.name, "type": kind, "sequence_number": number}
        told.append({**header, "external_id": f"{kind}-{stream}-{number}", **values})
    return told


def delivery(messages, seed, clients=3):
    """The same told badly: calls per client, in any order, with repetitions.

    :return: a list of calls per client; a call is a list of messages
    """
    chance = random.Random(f"delivery {seed}")
    told = [*messages, *chance.sample(messages, len(messages) // 3)]
    chance.shuffle(told)
    calls = [[] for _client in range(clients)]
    while told:
        size = chance.randint(1, 5)
        chance.choice(calls).append(told[:size])
        told = told[size:]
    return calls
