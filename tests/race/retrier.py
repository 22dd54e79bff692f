"""The cron of the race: works off open error records until its input closes.

A process with a registry of its own. Like a real cron it does not go through
``retrying``: it catches database errors itself, rolls back and takes the next record.
Run as a script: ``retrier.py DATABASE CONFIGURATION [without-lock]``; prints a line of
JSON at the end.
"""

import json
import select
import sys
import time
from collections import Counter

from launcher_without_lock import take_lock_out
from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.modules.registry import Registry
from odoo.tools import config

PAUSE = 1.0
MAX_TRIES = 5


def main():
    database, configuration, *switches = sys.argv[1:]
    if switches:
        take_lock_out()
    config.parse_config(["-c", configuration, "-d", database], setup_logging=True)
    registry = Registry(database)
    outcomes = Counter()
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        for record in _open_errors(registry):
            outcomes[_retry(registry, record, outcomes)] += 1
    print(json.dumps(outcomes), flush=True)


def _open_errors(registry):
    registry.check_signaling()
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["backflush.error"].search([("state", "=", "open")], limit=5).ids


def _retry(registry, record, outcomes):
    """Retry one record: its outcome, ``failed`` only when every try was in vain."""
    for attempt in range(MAX_TRIES):
        try:
            return _attempt(registry, record)
        except (OperationalError, ConcurrencyError) as conflict:
            print(f"conflict: {conflict}", file=sys.stderr, flush=True)
            outcomes["conflict"] += 1
            time.sleep(0.1 * attempt)
        except UserError as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)
            return "refused"
    return "failed"


def _attempt(registry, record):
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        error = env["backflush.error"].browse(record)
        before = error.quantity_open
        error.action_retry()
        return "issued" if error.quantity_open < before else "still short"


if __name__ == "__main__":
    main()
