"""``setup/odoo …``: Odoo's own command line in this environment.

All arguments go to Odoo: ``setup/odoo shell``, ``setup/odoo -u backflush_costing
--stop-after-init``, ``setup/odoo help``. The database is the one of ``setup/run``
unless ``-d`` or ``PGDATABASE`` names another one.
"""

import signal
import subprocess

from .environment import Environment
from .project import DATABASE


def main(arguments):
    """Run Odoo in the foreground, on this terminal."""
    with Environment() as environment:
        environment.prepare()
        variables = {"PGDATABASE": DATABASE, **environment.environ()}
        return in_foreground(environment.odoo_command(*arguments), variables)


def in_foreground(command, environ):
    """Run a program that owns the terminal; return its exit code.

    Ctrl-C reaches the program through the terminal and is its own affair. A request
    to end that is sent to us is passed on.
    """
    process = subprocess.Popen(command, env=environ)
    signal.signal(signal.SIGINT, lambda number, frame: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: process.send_signal(number))
    code = process.wait()
    return code if code >= 0 else 128 - code
