"""A worker of Odoo's scheduler, for the interleavings of the error queue.

A process with its own registry. It reads a line: ``"run"`` works the queue off as the
cron does, with its commits, and answers with a line of JSON; its end is the end of its
input. Run as a script: ``queue_worker.py DATABASE CONFIGURATION``.
"""

import json
import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def main():
    database, configuration = sys.argv[1:]
    config.parse_config(["-c", configuration, "-d", database], setup_logging=True)
    registry = Registry(database)
    print("ready", flush=True)
    for _line in sys.stdin:
        registry.check_signaling()
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["backflush.error"]._cron_retry()
        print(json.dumps("done"), flush=True)


if __name__ == "__main__":
    main()
