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
COMPLETION, START, FINISH, REVERSAL = "completion", "start", "finish", "reversal"


@dataclass(frozen=True)
class Settings:
    """One race. ``lock=False`` takes the lock out: the red proof."""

    seed: int = 1
    plants: int = 2
    """Each plant is a company with a line, a store and people of its own. The first
    one is costed under a policy, so that numbering its entries is raced too."""
    stations: int = 3
    """Of each plant, as are the following."""
    shippers: int = 1
    suppliers: int = 1
    supervisors: int = 1
    components: int = COMPONENTS
    """How many components the products of a plant share."""
    seconds: float = 30.0
    rounds: int = 0
    """At most this many rounds; 0 means as many as fit into the seconds."""
    orders_per_round: int = 2
    """Orders that one station completes per round."""
    trips_per_round: int = 3
    """Errands of one shipper or one supplier per round."""
    reversals_per_round: int = 1
    """Reports that one supervisor takes back per round."""
    lock: bool = True
    profile: str = "park"
    """The shortage profile; ``core`` leaves every setting empty."""
    stop_at_first_negative: bool = False
    """The red proof ends as soon as it has seen what it looks for."""

    def orders(self, rounds):
        """How many orders are completed in so many rounds."""
        return rounds * self.plants * self.stations * self.orders_per_round

    def people(self):
        """How many client processes there are, and so server workers."""
        crew = self.stations + self.shippers + self.suppliers + self.supervisors
        return self.plants * crew


@dataclass(frozen=True)
class Job:
    """One order of a station."""

    product: int
    """Index of the finished product."""
    quantity: float
    by_step: bool
    """Whether the operation is started and finished before the order is completed;
    else completing it catches up on both."""


@dataclass(frozen=True)
class Errand:
    """One thing that a shipper or a supplier does: quantities per component index."""

    kind: str
    quantities: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Round:
    """The work list of one plant for one round, before the records exist."""

    number: int
    stock: tuple[float, ...]
    """What is put at the line before the round starts, per component."""
    orders: tuple[tuple[Job, ...], ...]
    """Per station."""
    shippers: tuple[tuple[Errand, ...], ...]
    suppliers: tuple[tuple[Errand, ...], ...]
    supervisors: tuple[tuple[tuple[int, int], ...], ...] = ()
    """Whose orders are taken back: (station, which of its orders)."""


def plan_round(settings: Settings, number: int, plant: int = 0) -> Round:
    """The work list of a plant for a round; the same for the same seed.

    >>> plan_round(Settings(seed=3), 0) == plan_round(Settings(seed=3), 0)
    True
    >>> plan_round(Settings(seed=3), 0) == plan_round(Settings(seed=4), 0)
    False
    >>> plan_round(Settings(seed=3), 0) == plan_round(Settings(seed=3), 0, plant=1)
    False
    """
    rng = random.Random(f"{settings.seed}/{number}/{plant}")
    orders = tuple(
        tuple(_plan_job(rng, settings) for _ in range(settings.orders_per_round))
        for _ in range(settings.stations)
    )
    pieces = sum(job.quantity for station in orders for job in station)
    return Round(
        number=number,
        stock=tuple(float(int(pieces * share)) for share in _shares(settings)),
        orders=orders,
        shippers=_plan_errands(rng, settings, settings.shippers, (DELIVERY,)),
        suppliers=_plan_errands(
            rng, settings, settings.suppliers, (RECEIPT, TRANSFER, COUNT)
        ),
        supervisors=_plan_reversals(rng, settings),
    )


def _shares(settings):
    """How much of the demand stands at the line. Core has no answer to a shortage but
    a negative quant, so it gets plenty: whatever goes negative then was raced."""
    shares = (3.0,) * COMPONENTS if settings.profile == "core" else (0.3, 0.5, 0.7)
    return shares[: settings.components]


def _plan_job(rng, settings):
    return Job(
        product=rng.randrange(settings.components),
        quantity=float(rng.randint(1, 4)),
        by_step=rng.random() < 0.5,
    )


def _plan_errands(rng, settings, people, kinds):
    return tuple(
        tuple(
            _plan_errand(rng, settings, kinds) for _ in range(settings.trips_per_round)
        )
        for _ in range(people)
    )


def _plan_errand(rng, settings, kinds):
    """A count looks at one component, everything else moves two in a random order."""
    kind = rng.choice(kinds)
    components = range(settings.components)
    if kind == COUNT:
        return Errand(kind, ((rng.choice(components), float(rng.randint(-1, 3))),))
    picked = rng.sample(components, min(2, settings.components))
    return Errand(kind, tuple((index, float(rng.randint(1, 4))) for index in picked))


def _plan_reversals(rng, settings):
    return tuple(
        tuple(
            (rng.randrange(settings.stations), rng.randrange(settings.orders_per_round))
            for _ in range(settings.reversals_per_round)
        )
        for _ in range(settings.supervisors)
    )
