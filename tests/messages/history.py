"""What happens at a line in a shift, and the ways in which it is told.

Pure functions of a seed: the same seed gives the same history and the same delivery.
"""

import random
from datetime import datetime, timedelta

BEGIN = datetime(2026, 1, 5, 6)


def history(plant, seed):
    """Messages of a plant in the order in which things happened, numbered per stream.

    Each order is completed once; each coil is used for any orders, sometimes beyond
    what it holds, and reported empty, or not.
    """
    chance = random.Random(seed)
    told, numbers = [], {}

    def tell(kind, stream, **values):
        numbers[stream] = numbers.get(stream, 0) + 1
        moment = BEGIN + timedelta(minutes=len(told))
        told.append(
            {
                "source": plant.name,
                "external_id": f"{kind}-{len(told)}",
                "sequence_number": numbers[stream],
                "type": kind,
                "event_time": f"{moment.isoformat()}Z",
                **values,
            }
        )

    events = [("use", coil) for coil in plant.coils for _n in range(4)]
    events += [("complete", order) for order in plant.orders]
    chance.shuffle(events)
    for what, code in events:
        if what == "complete":
            tell("production", code, order=code, quantity=20)
        else:
            order = chance.choice(plant.orders)
            quantity = chance.choice((50, 120.5, 200, 300, 410))
            tell("consumption", code, hu=code, order=order, quantity=quantity)
    for coil in plant.coils:
        if chance.random() < 0.7:
            tell("hu_empty", coil, hu=coil, reason="short_supply")
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
