"""What a race found: counted, judged, printed as one row of a table."""

from collections import Counter
from dataclasses import dataclass, field

from .people import FAILED, OK, REFUSED
from .settings import COMPLETION, FINISH, REVERSAL, START, Settings

COLUMNS = (
    "lock",
    "seed",
    "stations",
    "seconds",
    "rounds",
    "completions",
    "operations",
    "reversals",
    "deliveries",
    "receipts",
    "transfers",
    "counts",
    "retrier",
    "negative quants",
    "overdrawn",
    "deadlocks",
    "retries",
    "retries/completion",
    "median s",
    "slowest s",
    "failed",
    "books",
    "locks left",
)


@dataclass
class Result:
    """The figures of one race."""

    settings: Settings
    seconds: float = 0.0
    rounds: int = 0
    calls: list = field(default_factory=list)
    retrier: dict = field(default_factory=dict)
    negatives: tuple = (0, 0, 0.0)
    """Quants that a commit left negative, how often, and the worst."""
    overdrawn: int = 0
    """(product, location) pairs whose sum was seen negative."""
    samples: int = 0
    deadlocks: int = 0
    retries: Counter = field(default_factory=Counter)
    attempts: Counter = field(default_factory=Counter)
    """By (method, ids): how often Odoo ran the call."""
    given_up: int = 0
    differences: list = field(default_factory=list)
    advisory_locks: int = 0
    log: str = ""

    def failures(self):
        """Calls that ended in an error; refusals are a careful user's answers."""
        return [call for call in self.calls if call["outcome"] == FAILED]

    def count(self, kind, outcome=OK):
        wanted = (kind, outcome)
        return sum((call["kind"], call["outcome"]) == wanted for call in self.calls)

    def completion_retries(self):
        """Attempts of each completion beyond its first."""
        return [
            number - 1
            for (method, _ids), number in self.attempts.items()
            if method == "mrp.production.button_mark_done"
        ]

    def retries_are_explained(self):
        """Every retry was core's answer to a conflict, none was given up."""
        known = ("SERIALIZATION_FAILURE", "DEADLOCK_DETECTED", "ConcurrencyError")
        odd = [reason for reason in self.retries if not reason.startswith(known)]
        return not odd and not self.given_up

    def is_negative(self):
        return bool(self.negatives[0] or self.overdrawn)

    def problems(self):
        """Why this race is red, in words; an empty list is green."""
        found = list(self.differences)
        found += [f"{c['kind']} {c['document']}: {c['text']}" for c in self.failures()]
        if self.negatives[0]:
            quants, commits, worst = self.negatives
            text = f"{quants} negative quants in {commits} commits"
            found.append(f"{text}, worst {worst:g}")
        if self.overdrawn:
            found.append(f"{self.overdrawn} products overdrawn at a location")
        if self.advisory_locks:
            found.append(f"{self.advisory_locks} advisory locks left")
        if self.retrier.get("failed"):
            found.append(f"{self.retrier['failed']} retries given up by the cron")
        return found

    def row(self):
        """The figures in the order of COLUMNS."""
        times = sorted(c["seconds"] for c in self.calls if c["kind"] == COMPLETION)
        completions = max(1, len(times))
        return (
            "on" if self.settings.lock else "out",
            self.settings.seed,
            self.settings.plants * self.settings.stations,
            f"{self.seconds:.0f}",
            self.rounds,
            self.count(COMPLETION),
            self.count(START) + self.count(FINISH),
            self._with_refusals(REVERSAL),
            self._with_refusals("delivery"),
            self.count("receipt"),
            self._with_refusals("transfer"),
            self._with_refusals("count"),
            " ".join(f"{n} {name}" for name, n in sorted(self.retrier.items())) or "–",
            f"{self.negatives[0]} (worst {self.negatives[2]:g})",
            self.overdrawn,
            self.deadlocks,
            sum(self.retries.values()),
            f"{sum(self.completion_retries()) / completions:.2f}",
            f"{times[len(times) // 2]:.2f}" if times else "–",
            f"{times[-1]:.2f}" if times else "–",
            len(self.failures()),
            "differ" if self.differences else "agree",
            self.advisory_locks,
        )

    def _with_refusals(self, kind):
        refused = self.count(kind, REFUSED)
        return f"{self.count(kind)} (+{refused} refused)"


def header():
    rule = "|".join(" --- " for _ in COLUMNS)
    return f"| {' | '.join(COLUMNS)} |\n|{rule}|"


def table_row(result: Result):
    return f"| {' | '.join(str(value) for value in result.row())} |"
