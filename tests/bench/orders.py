"""``setup/bench orders``: what completing manufacturing orders costs.

Orders of 10 components and one operation, at standard cost under perpetual valuation,
are completed one by one and in batches, one ``button_mark_done`` each: with the addon
and its features on, with core that journalises orders, and with core that journalises
nothing. Each side has a database and a process of its own; samples alternate. Queries
are exact; CPU is that of the Odoo process; trust ratios, not milliseconds.

Ends with 0 when every completion was correct and the addon needed fewer queries than
core with entries.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from bootstrap.contract import Facts, clone_database, drop_database

HERE = Path(__file__).resolve().parent
#: What is compared; ``_orders_plant.py`` says what they are.
SIDES = ("addon", "entries", "silent")
MEASURES = ("queries", "CPU ms", "wall ms")
#: Samples of a batch in one repetition: single orders vary most.
SAMPLES = {1: 4}


class Side:
    """A database and the process that works on it."""

    def __init__(self, name, facts):
        self.name, self.facts = name, facts
        source = facts.bare_database if name == "addon" else facts.core_database
        self.database = clone_database(source, f"orders_{name}", facts)
        self._log = (facts.logs / f"bench-orders-{name}.log").open("w")
        self._process = subprocess.Popen(
            [facts.python, HERE / "_orders_worker.py", name, self.database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def send(self, command, *arguments):
        """Give a command without waiting for its answer."""
        try:
            self._process.stdin.write(json.dumps([command, *arguments]) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None

    def answer(self):
        """Wait for the answer to the oldest command."""
        line = self._process.stdout.readline()
        if not line:
            raise self._failure()
        return json.loads(line)

    def _failure(self):
        return SystemExit(f"The side '{self.name}' failed; read {self._log.name}")

    def ask(self, command, *arguments):
        """Give a command and wait for its answer."""
        self.send(command, *arguments)
        return self.answer()

    def close(self):
        """End the process and drop the database."""
        try:
            self._process.stdin.close()
            self._process.wait(30)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._log.close()
        drop_database(self.database, self.facts)


class Bench:
    """Runs the samples and keeps them."""

    def __init__(self, sides, options):
        self.sides, self.options = sides, options
        self.samples, self.spending = {}, {}

    def everywhere(self, command, *arguments):
        """A command to all sides at once; nothing of it is measured."""
        for side in self.sides.values():
            side.send(command, *arguments)
        return {name: side.answer() for name, side in self.sides.items()}

    def run(self):
        """Build, then measure at each length of history."""
        say("Building the plants")
        self.everywhere("build")
        self.everywhere("prepare", max(self.options.batches))
        for moves in self.options.history:
            present = self.everywhere("age", moves) if moves else {}
            for name, counts in present.items():
                say(f"The database of '{name}': {counts}")
            say(f"Measuring with {moves:,} past moves")
            self.everywhere("complete", min(self.options.batches))
            self._measure(moves)
        self._spending()

    def _measure(self, moves):
        turn = 0
        for repetition in range(self.options.repeat):
            say(f"  repetition {repetition + 1} of {self.options.repeat}")
            for batch in self.options.batches:
                for number in range(SAMPLES.get(batch, 1)):
                    start = (repetition * SAMPLES.get(batch, 1) + number) * batch
                    self._sample("complete", moves, turn, batch, start)
                    turn += 1
            if not moves:
                for batch in self.options.batches[:2]:
                    self._sample("confirm", moves, turn, batch)
                    turn += 1

    def _sample(self, command, moves, turn, batch, *arguments):
        """One sample of each side, each time in another order."""
        names = list(self.sides)
        turn %= len(names)
        for name in names[turn:] + names[:turn]:
            queries, cpu, wall = self.sides[name].ask(command, batch, *arguments)
            row = (queries / batch, 1000 * cpu / batch, 1000 * wall / batch)
            self.samples.setdefault((command, moves, batch, name), []).append(row)

    def _spending(self):
        addon = self.sides["addon"]
        self.spending = {
            batch: addon.ask("spend", batch) for batch in self.options.batches[:2]
        }
        if self.options.profile:
            batch = self.options.batches[min(1, len(self.options.batches) - 1)]
            addon.ask("profile", batch, str(Path(self.options.profile).resolve()))
            say(f"Profile of a batch of {batch}: {self.options.profile}")

    # -- results ---------------------------------------------------------------------

    def median(self, command, moves, batch, name, measure):
        """The middle of the samples, per order."""
        rows = self.samples[command, moves, batch, name]
        return statistics.median(row[measure] for row in rows)

    def ratio(self, command, moves, batch, other, measure):
        """The middle of addon / other, taken sample by sample."""
        pairs = zip(
            self.samples[command, moves, batch, "addon"],
            self.samples[command, moves, batch, other],
            strict=False,
        )
        return statistics.median(mine[measure] / his[measure] for mine, his in pairs)

    def report(self):
        """Print the tables."""
        keys = sorted(
            key
            for key in {key[:3] for key in self.samples}
            if all((*key, name) in self.samples for name in SIDES)
        )
        for title, command in (
            ("Completion, per order", "complete"),
            ("Creation and confirmation, per order", "confirm"),
        ):
            self._table(title, [key for key in keys if key[0] == command])
        for batch, spent in self.spending.items():
            _print_spending(batch, spent)

    def _table(self, title, keys):
        if not keys:
            return
        say(f"\n{title}")
        say(
            "| past moves | batch | measure | addon | core with entries | addon / that"
            " | core without | addon / that |"
        )
        say("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
        for key in keys:
            for index, measure in enumerate(MEASURES):
                addon, entries, silent = (
                    self.median(*key, name, index) for name in SIDES
                )
                with_them = self.ratio(*key, "entries", index)
                without = self.ratio(*key, "silent", index)
                say(
                    f"| {key[1]:,} | {key[2]} | {measure} | {addon:.0f} |"
                    f" {entries:.0f} | {with_them:.2f} | {silent:.0f} |"
                    f" {without:.2f} |"
                )

    def failures(self):
        """Batches in which the addon needs more queries than core with entries."""
        return [
            f"{batch} orders after {moves} moves: {mine:.0f} queries an order, core"
            f" {his:.0f}"
            for command, moves, batch, name in self.samples
            if command == "complete" and name == "addon"
            for mine, his in [
                (
                    self.median(command, moves, batch, "addon", 0),
                    self.median(command, moves, batch, "entries", 0),
                )
            ]
            if mine >= his
        ]


def _print_spending(batch, spent):
    say(
        f"\nSpent by the addon in a batch of {batch}, per order:"
        f" {spent['queries']:.1f} queries, {1000 * spent['cpu']:.0f} ms CPU"
    )
    say("| method | calls | queries, with | own | CPU ms, with | own |")
    say("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, calls, within, own, cpu, own_cpu in spent["methods"]:
        say(
            f"| `{name}` | {calls:.1f} | {within:.1f} | {own:.1f} |"
            f" {1000 * cpu:.1f} | {1000 * own_cpu:.1f} |"
        )


def say(text):
    """Print at once."""
    print(text, flush=True)


def numbers(text):
    """``"0,5000"`` as ``[0, 5000]``."""
    return [int(part) for part in text.split(",")]


def parse(arguments):
    """The options of a run."""
    parser = argparse.ArgumentParser(
        prog="setup/bench orders",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="a short run, as in CI")
    parser.add_argument("--history", type=numbers, help="past moves: 0,5000,20000")
    parser.add_argument("--batches", type=numbers, help="orders per call: 1,10,100")
    parser.add_argument("--repeat", type=int, help="repetitions of all samples: 3")
    parser.add_argument("--profile", metavar="FILE", help="write a profile to FILE")
    options = parser.parse_args(arguments)
    defaults = {"history": [0, 5000, 20000], "batches": [1, 10, 100], "repeat": 3}
    if options.quick:
        defaults = {"history": [0, 500], "batches": [1, 10], "repeat": 1}
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.history.sort()
    options.batches.sort()
    return options


def main(arguments):
    """Measure and report."""
    options = parse(arguments)
    facts = Facts.from_environ()
    sides = {}
    bench = Bench(sides, options)
    try:
        for name in SIDES:
            sides[name] = Side(name, facts)
        bench.run()
    finally:
        for side in sides.values():
            side.close()
        # Also what was measured before something failed.
        bench.report()
    failures = bench.failures()
    for failure in failures:
        say(f"FAILED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
