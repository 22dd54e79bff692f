"""A user in the middle of a transaction, for the interleavings that chance seldom hits.

A process with its own registry. It reads one request per line, ``[model, method, ids,
args, context]``, runs it in one open transaction and answers a line; ``"commit"`` and
``"rollback"`` end the transaction. Run as a script: ``holder.py DATABASE
CONFIGURATION``.
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
    with registry.cursor() as cr:
        print("ready", flush=True)
        for line in sys.stdin:
            print(_answer(cr, json.loads(line)), flush=True)


def _answer(cr, request):
    if request == "commit":
        cr.commit()
    elif request == "rollback":
        cr.rollback()
    else:
        model, method, ids, args, context = request
        env = api.Environment(cr, SUPERUSER_ID, context)
        getattr(env[model].browse(ids), method)(*args)
        env.flush_all()
    return "done"


if __name__ == "__main__":
    main()
