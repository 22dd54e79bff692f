"""Run one race from clone to verdict; the test and the bench both call this.

Two companies are at work in one database. In each, stations start and finish operations
and complete manufacturing orders, shippers deliver the same components from the same
location, suppliers bring, move and count them, and supervisors take reports back; a
cron-like process works off the error queue of both. Each round starts all of them at
one moment on too few pieces.
"""

import argparse
import sys
import time

from bootstrap.contract import Facts

from .books import Books
from .crew import Crew, Retrier
from .people import Reversal
from .place import race_database, race_server
from .plant import build_plants, create_orders, put_stock
from .report import Result, header, table_row
from .rpc import Client
from .settings import Settings, plan_round
from .watch import Watch, read_log

BEGAN = time.monotonic()


def say(text):
    """Progress, with the time since the program began."""
    print(f"[{time.monotonic() - BEGAN:5.1f} s] {text}", file=sys.stderr, flush=True)


def run_race(settings: Settings, facts: Facts, with_addon=True) -> Result:
    """Copy a database, race, check, drop; the logs stay."""
    say("copying the database")
    with race_database(facts, with_addon) as database:
        say(f"starting Odoo for {settings.people()} clients")
        with race_server(facts, database, settings) as server:
            result = _race(settings, facts, database, server.url)
    say("stopped and dropped")
    result.log = server.log
    result.retries, result.attempts, result.given_up = read_log(server.log)
    return result


def _race(settings, facts, database, address):
    say("building the plants")
    client = Client(address, database)
    plants = build_plants(client, settings)
    result = Result(settings)
    people = settings.people() // settings.plants
    crew = Crew(address, database, [p for p in plants for _ in range(people)])
    retrier = None
    if plants[0].addon:
        say("starting the retrier")
        retrier = Retrier(facts, database, settings.lock)
    watch = Watch(database)
    watch.start()
    try:
        _run_rounds(settings, client, plants, crew, watch, result)
    finally:
        crew.close()
        if retrier:
            result.retrier = retrier.stop()
    watch.stop()
    _conclude(result, watch, [Books(database, plant, client) for plant in plants])
    return result


def _run_rounds(settings, client, plants, crew, watch, result):
    """Rounds until the time or their number is used up."""
    started = time.monotonic()
    while not _is_over(settings, result, watch):
        tasks = []
        for at, plant in enumerate(plants):
            work = plan_round(settings, result.rounds, at)
            tasks += _prepare(client.of(plant.company), plant, work)
        say(f"round {result.rounds}: {len(tasks)} people")
        result.calls += crew.run(tasks)
        result.rounds += 1
        result.seconds = time.monotonic() - started


def _prepare(client, plant, work):
    """Make the records of a round; hand back a task list per person of the plant."""
    put_stock(client, plant.line, plant.components, work.stock)
    orders = create_orders(client, plant, work)
    reversals = [
        [Reversal(orders[station][at].id) for station, at in picked if plant.addon]
        for picked in work.supervisors
    ]
    return [*orders, *work.shippers, *work.suppliers, *reversals]


def _is_over(settings, result, watch):
    if settings.stop_at_first_negative and watch.committed_negatives()[0]:
        return True
    if settings.rounds and result.rounds >= settings.rounds:
        return True
    return result.seconds >= settings.seconds


def _conclude(result, watch, books):
    say("checking the books")
    result.differences = books[0].check_calls(result.calls)
    for book in books:
        result.differences += book.differences()
    result.negatives = watch.committed_negatives()
    result.overdrawn = len(watch.overdrawn)
    result.samples = watch.samples
    result.deadlocks = watch.deadlocks()
    result.advisory_locks = watch.advisory_locks()


def main(arguments=None):
    """The long form: ``race.py --seconds 600 --stations 20``; 1 when it is red."""
    settings, options = _read_arguments(arguments)
    facts = Facts.from_environ()
    result = run_race(settings, facts, with_addon=not options.without_addon)
    print(header())
    print(table_row(result))
    problems = result.problems()
    for problem in problems:
        print(f"- {problem}")
    for reason, count in result.retries.most_common():
        print(f"- retried {count} times: {reason}")
    print(f"- log: {result.log}")
    return 1 if problems else 0


def _read_arguments(arguments):
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stations", type=int, default=3, help="of each plant")
    parser.add_argument("--plants", type=int, default=2, help="companies at once")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--profile", default="park", choices=["park", "core"])
    parser.add_argument("--without-lock", action="store_true", help="the red proof")
    parser.add_argument(
        "--without-addon", action="store_true", help="core alone, nothing installed"
    )
    options = parser.parse_args(arguments)
    settings = Settings(
        seed=options.seed,
        stations=options.stations,
        plants=options.plants,
        seconds=options.seconds,
        rounds=options.rounds,
        lock=not options.without_lock,
        profile=options.profile,
    )
    return settings, options


if __name__ == "__main__":
    sys.exit(main())
