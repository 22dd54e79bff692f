"""A worker of Odoo's scheduler that works messages off, in a process of its own.

Like one on another host: with its own registry and connections. It reads a line:
``"run"`` works off what is due, as the cron does, with its commits; its end is the end
of its input. Run as a script: ``worker.py DATABASE CONFIGURATION``.
"""

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
            env["backflush.message"]._cron_process()
        print("done", flush=True)


if __name__ == "__main__":
    main()
