"""What happens at a line in a shift, and the ways in which it is told.

Pure functions of a seed: the same seed gives the same history and the same delivery.
"""

import random
from datetime import datetime, timedelta

BEGIN = datetime(2026, 1, 5, 6)


def history(plant, seed):
    """Messages of a plant in the order in which things happened.

    Each order is completed once; each coil is mounted, used for any orders, sometimes
    beyond what it holds, and reported empty, or not; one that was reported empty is
    not after all, and used again. Every second coil is told of without numbers.
    """
    chance = random.Random(seed)
    told, numbers, unnumbered = [], {}, plant.coils[1::2]

    def tell(kind, stream, **values):
        moment = BEGIN + timedelta(minutes=len(told))
        values |= {"source": plant.name, "type": kind}
        if stream in unnumbered:
            values["source"] = plant.unnumbered
        else:
            numbers[stream] = values["sequence_number"] = numbers.get(stream, 0) + 1
        values["external_id"] = f"{kind}-{len(told)}"
        values["event_time"] = f"{moment.isoformat()}Z"
        told.append(values)
        return values["external_id"]

    def use(coil):
        order = chance.choice(plant.orders)
        quantity = chance.choice((50, 120.5, 200, 300, 410))
        tell("consumption", coil, hu=coil, order=order, quantity=quantity)

    def empty(coil):
        return tell("hu_empty", coil, hu=coil, reason="short_supply")

    events = [("use", coil) for coil in plant.coils for _n in range(4)]
    events += [("complete", order) for order in plant.orders]
    chance.shuffle(events)
    for coil in plant.coils:
        tell("hu_mount", coil, hu=coil, workcenter=plant.saw)
    for what, code in events:
        if what == "complete":
            tell("production", code, order=code, quantity=20)
        else:
            use(code)
    mistaken = chance.choice([coil for coil in plant.coils if coil not in unnumbered])
    tell("hu_empty", mistaken, hu=mistaken, reverses=empty(mistaken))
    use(mistaken)
    for coil in plant.coils:
        if chance.random() < 0.7:
            empty(coil)
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
