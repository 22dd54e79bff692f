"""From a fresh clone to a running and tested Odoo 19, with the standard library alone.

Read the modules in this order: ``project`` (what is built), ``report`` and
``processes`` (how a step speaks and fails), ``cache`` (nothing half-made), then one
module per thing that is made, and ``environment`` which puts them together.
"""

import sys

from . import interpreter

if sys.version_info < interpreter.OLDEST:
    interpreter.hand_over()
