"""What our own code says in the context, and no client can say.

Whoever calls Odoo from outside sends any context along. It arrives as plain data
(JSON, XML-RPC); an object of a class is never among it. So what must not be claimed
from outside, such as which message reported something, stands in the context inside of
one.
"""

from typing import Any, NamedTuple


class Said(NamedTuple):
    """A value in the context that this addon put there."""

    value: Any


def said(env, key, default=None):
    """What our own code says under ``key``; ``default`` for whatever a client sent."""
    found = env.context.get(key)
    return found.value if isinstance(found, Said) else default
