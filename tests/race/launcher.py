"""Odoo's own command line, with a log line per attempt of a call; run as a script.

Core runs a call again after a serialization failure without saying which one: with a
line per attempt the retries can be counted by method, and by the records it is about.
"""

import logging

import odoo.cli
from odoo.service import model as service

ATTEMPT = "race attempt"
_logger = logging.getLogger("race")


def log_attempts():
    """Note every attempt: ``retrying`` runs this function again for each retry."""
    call = service.call_kw

    def call_kw(model, name, args, kwargs):
        _logger.info("%s %s.%s %s", ATTEMPT, model._name, name, _ids(args))
        return call(model, name, args, kwargs)

    service.call_kw = call_kw


def _ids(args):
    """The ids that a call is about, without a space; ``-`` for other arguments."""
    ids = args[0] if args and isinstance(args[0], list) else []
    ids = [str(id) for id in ids if isinstance(id, int)]
    return ",".join(ids) or "-"


def run():
    log_attempts()
    odoo.cli.main()


if __name__ == "__main__":
    run()
