"""Where the race runs: a server of its own on a database of its own.

The environment is the one that ``setup/test`` and ``setup/bench`` prepare; the race
only starts Odoo through its own launcher, and with as many workers as it has clients.
"""

from contextlib import contextmanager
from pathlib import Path

from bootstrap.contract import Facts, OdooServer, clone_database, drop_database

from .settings import Settings

HERE = Path(__file__).resolve().parent
LAUNCHERS = {True: "launcher.py", False: "launcher_without_lock.py"}


@contextmanager
def race_database(facts: Facts, with_addon=True):
    """A fresh copy without demo data, dropped at the end."""
    source = facts.bare_database if with_addon else facts.core_database
    name = clone_database(source, "race", facts)
    try:
        yield name
    finally:
        drop_database(name, facts)


def race_server(facts: Facts, database, settings: Settings):
    """A server with a worker per client, so that none waits for another's answer; no
    crons: the retrier is the cron of the race."""
    workers = settings.people() + 1
    return _server(facts, database, LAUNCHERS[settings.lock], workers)


def server_without_turn(facts: Facts, database):
    """A second server of the same database, for one client that waits for nobody who
    changes how stock is valued, or posts meanwhile."""
    return _server(facts, database, "launcher_without_turn.py", 1)


def _server(facts, database, launcher, workers):
    options = ("--max-cron-threads", "0", "--log-level", "info")
    launched = facts._replace(odoo=HERE / launcher)
    return OdooServer(database, launched, workers=workers, options=options)
