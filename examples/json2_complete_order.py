#!/usr/bin/env python3
"""Make an order, complete it and see what followed: over JSON-2, as a machine does.

    python3 examples/json2_complete_order.py http://localhost:8069 DATABASE \\
        API-KEY EUV-100 2

Needs nothing but Python. The key's user needs the role "Integration", no other right;
users make their keys in their preferences, under "Security".
"""

import argparse
import json
import urllib.error
import urllib.request

from xmlrpc_complete_order import TIMEOUT, Plant


class Json2:
    """Calls of methods of Odoo's models over JSON-2."""

    def __init__(self, url, database, api_key, timeout=TIMEOUT):
        self._url, self._timeout = url, timeout
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json; charset=utf-8",
            "X-Odoo-Database": database,
        }

    def create(self, model, values):
        """Create one record; return its database id."""
        (record_id,) = self._call(model, "create", {"vals_list": [values]})
        return record_id

    def model(self, model, method, **arguments):
        """Call a method of the model itself, as ``search_read``."""
        return self._call(model, method, arguments)

    def records(self, model, method, ids, **arguments):
        """Call a method of records."""
        return self._call(model, method, {"ids": ids, **arguments})

    def _call(self, model, method, arguments):
        request = urllib.request.Request(
            f"{self._url}/json/2/{model}/{method}",
            json.dumps(arguments).encode(),
            self._headers,
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise RuntimeError(f"{refusal.code}: {_reason(refusal)}") from None


def _reason(refusal):
    """The message of an error, which Odoo sends as JSON."""
    body = refusal.read().decode(errors="replace")
    try:
        return json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        return body[:500]


def main(arguments=None):
    """The command line: one order from beginning to end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("database")
    parser.add_argument("api_key")
    parser.add_argument("product", help="internal reference, as EUV-100")
    parser.add_argument("quantity", type=float)
    given = parser.parse_args(arguments)
    plant = Plant(Json2(given.url, given.database, given.api_key))
    order_id = plant.make_order(given.product, given.quantity)
    plant.complete(order_id, given.quantity)
    print(json.dumps(plant.outcome(order_id), indent=2))


if __name__ == "__main__":
    main()
