"""What a race is asked to do, and the work list that follows from it.

Everything here is a pure function of the settings: two runs with the same seed hand
the same work to the same processes. Only the interleaving differs, and that is what a
race is for.
"""

import random
from dataclasses import dataclass

COMPONENTS = 3
"""Components that every product shares; each bill of materials lists them in another
order, so that two completions lock them in opposite orders unless the lock sorts."""

DELIVERY, RECEIPT, TRANSFER, COUNT = "delivery", "receipt", "transfer", "count"


@dataclass(frozen=True)
class Settings:
    """One race. ``lock=False`` takes the lock out: the red proof."""

    seed: int = 1
    stations: int = 6
    shippers: int = 2
    suppliers: int = 2
    seconds: float = 30.0
    rounds: int = 0
    """At most this many rounds; 0 means as many as fit into the seconds."""
    orders_per_round: int = 2
    """Orders that one station completes per round."""
    trips_per_round: int = 3
    """Errands of one shipper or one supplier per round."""
    lock: bool = True
    profile: str = "park"
    """The shortage profile; ``core`` leaves every setting empty."""
    stop_at_first_negative: bool = False
    """The red proof ends as soon as it has seen what it looks for."""

    def orders(self, rounds):
        """How many orders are completed in so many rounds."""
        return rounds * self.stations * self.orders_per_round

    def people(self):
        """How many client processes there are, and so server workers."""
        return self.stations + self.shippers + self.suppliers


@dataclass(frozen=True)
class Errand:
    """One thing that a shipper or a supplier does: quantities per component index."""

    kind: str
    quantities: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Round:
    """The work list of one round, before the records exist."""

    number: int
    stock: tuple[float, ...]
    """What is put at the line before the round starts, per component."""
    orders: tuple[tuple[tuple[int, float], ...], ...]
    """Per station: (index of the finished product, quantity) of each order."""
    shippers: tuple[tuple[Errand, ...], ...]
    suppliers: tuple[tuple[Errand, ...], ...]


def plan_round(settings: Settings, number: int) -> Round:
    """The work list of a round; the same for the same seed and number.

    >>> plan_round(Settings(seed=3), 0) == plan_round(Settings(seed=3), 0)
    True
    >>> plan_round(Settings(seed=3), 0) == plan_round(Settings(seed=4), 0)
    False
    """
    rng = random.Random(f"{settings.seed}/{number}")
    orders = tuple(
        tuple(_plan_order(rng) for _ in range(settings.orders_per_round))
        for _ in range(settings.stations)
    )
    pieces = sum(quantity for station in orders for _, quantity in station)
    return Round(
        number=number,
        stock=tuple(float(int(pieces * share)) for share in _shares(settings)),
        orders=orders,
        shippers=_plan_errands(rng, settings, settings.shippers, (DELIVERY,)),
        suppliers=_plan_errands(
            rng, settings, settings.suppliers, (RECEIPT, TRANSFER, COUNT)
        ),
    )


def _shares(settings):
    """How much of the demand stands at the line. Core has no answer to a shortage but
    a negative quant, so it gets plenty: whatever goes negative then was raced."""
    return (3.0,) * COMPONENTS if settings.profile == "core" else (0.3, 0.5, 0.7)


def _plan_order(rng):
    return rng.randrange(COMPONENTS), float(rng.randint(1, 4))


def _plan_errands(rng, settings, people, kinds):
    return tuple(
        tuple(_plan_errand(rng, kinds) for _ in range(settings.trips_per_round))
        for _ in range(people)
    )


def _plan_errand(rng, kinds):
    """A count looks at one component, everything else moves two in a random order."""
    kind = rng.choice(kinds)
    if kind == COUNT:
        return Errand(kind, ((rng.randrange(COMPONENTS), float(rng.randint(-1, 3))),))
    picked = rng.sample(range(COMPONENTS), 2)
    return Errand(kind, tuple((index, float(rng.randint(1, 4))) for index in picked))
