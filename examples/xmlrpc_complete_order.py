#!/usr/bin/env python3
"""Make an order, complete it and see what followed: over XML-RPC, as a machine does.

    python3 examples/xmlrpc_complete_order.py http://localhost:8069 DATABASE \\
        integration integration EUV-100 2

Needs nothing but Python. The login needs the role "Integration", no other right.
An API key can stand where the password stands.
"""

import argparse
import json
import xmlrpc.client

# What an answer of ``button_mark_done`` would otherwise ask a person in a window:
# whether to accept other quantities, whether to leave a backorder, where to go next.
NOBODY_TO_ASK = {
    "skip_consumption": True,
    "skip_backorder": True,
    "skip_redirection": True,
}


#: Seconds without a sign of the server after which a call is given up.
TIMEOUT = 120.0


def server_proxy(url, timeout=TIMEOUT):
    """A proxy whose calls end with an ``OSError`` where nobody answers.

    Python's own waits for ever when the server is gone without a word (a cut cable, a
    firewall, a host that lost its power).
    """
    https = url.startswith("https:")
    kind = xmlrpc.client.SafeTransport if https else xmlrpc.client.Transport

    class Timed(kind):
        def make_connection(self, host):
            connection = super().make_connection(host)
            connection.timeout = timeout
            return connection

    return xmlrpc.client.ServerProxy(url, transport=Timed())


class XmlRpc:
    """Calls of methods of Odoo's models over XML-RPC."""

    def __init__(self, url, database, login, password, timeout=TIMEOUT):
        self._database, self._password = database, password
        common = server_proxy(f"{url}/xmlrpc/2/common", timeout)
        self._user_id = common.authenticate(database, login, password, {})
        if not self._user_id:
            raise PermissionError(f"{login!r} cannot log in to {database!r}")
        self._object = server_proxy(f"{url}/xmlrpc/2/object", timeout)

    def create(self, model, values):
        """Create one record; return its database id."""
        (record_id,) = self._call(model, "create", [[values]], {})
        return record_id

    def model(self, model, method, **arguments):
        """Call a method of the model itself, as ``search_read``."""
        return self._call(model, method, [], arguments)

    def records(self, model, method, ids, **arguments):
        """Call a method of records."""
        return self._call(model, method, [ids], arguments)

    def _call(self, model, method, positional, arguments):
        return self._object.execute_kw(
            self._database,
            self._user_id,
            self._password,
            model,
            method,
            positional,
            arguments,
        )


class Plant:
    """What a manufacturing execution system does with orders."""

    def __init__(self, odoo):
        self._odoo = odoo

    def make_order(self, product_code, quantity):
        """Create and confirm a manufacturing order; return its database id."""
        products = self._odoo.model(
            "product.product",
            "search_read",
            domain=[["default_code", "=", product_code]],
            fields=["id"],
        )
        if len(products) != 1:
            raise LookupError(f"{len(products)} products have code {product_code!r}")
        values = {"product_id": products[0]["id"], "product_qty": quantity}
        order_id = self._odoo.create("mrp.production", values)
        self._odoo.records("mrp.production", "action_confirm", [order_id])
        return order_id

    def complete(self, order_id, quantity):
        """Report ``quantity`` as produced and complete the order.

        Writing the quantity is not enough: only ``set_qty_producing`` lets the
        components follow it.
        """
        self._odoo.records(
            "mrp.production", "write", [order_id], vals={"qty_producing": quantity}
        )
        self._odoo.records("mrp.production", "set_qty_producing", [order_id])
        answer = self._odoo.records(
            "mrp.production", "button_mark_done", [order_id], context=NOBODY_TO_ASK
        )
        # Whatever is not True is a question to a person, and nothing was done.
        if answer is not True:
            raise RuntimeError(f"The order was not completed: {answer}")

    def outcome(self, order_id):
        """What became of an order: its state, what was issued, what is missing."""
        (order,) = self._odoo.records(
            "mrp.production", "read", [order_id], fields=["name", "state"]
        )
        confirmations = self._odoo.model(
            "backflush.confirmation",
            "search_read",
            domain=[["production_id", "=", order_id]],
            fields=["quantity", "is_posted"],
        )
        issues = self._odoo.model(
            "backflush.confirmation.line",
            "search_read",
            domain=[["confirmation_id.production_id", "=", order_id]],
            fields=[
                "product_id",
                "location_id",
                "required_quantity",
                "issued_quantity",
                "open_quantity",
                "explanation",
            ],
        )
        errors = self._odoo.model(
            "backflush.error",
            "search_read",
            domain=[["production_id", "=", order_id]],
            fields=[
                "name",
                "cause",
                "state",
                "product_id",
                "location_id",
                "quantity_open",
            ],
        )
        return {
            "order": order["name"],
            "state": order["state"],
            "confirmations": confirmations,
            "issues": issues,
            "errors": errors,
        }

    def on_hand(self, product_code, location_barcode):
        """How much of a product lies at a location."""
        quants = self._odoo.model(
            "stock.quant",
            "search_read",
            domain=[
                ["product_id.default_code", "=", product_code],
                ["location_id.barcode", "=", location_barcode],
            ],
            fields=["quantity"],
        )
        return sum(quant["quantity"] for quant in quants)


def main(arguments=None):
    """The command line: one order from beginning to end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("database")
    parser.add_argument("login")
    parser.add_argument("password")
    parser.add_argument("product", help="internal reference, as EUV-100")
    parser.add_argument("quantity", type=float)
    given = parser.parse_args(arguments)
    plant = Plant(XmlRpc(given.url, given.database, given.login, given.password))
    order_id = plant.make_order(given.product, given.quantity)
    plant.complete(order_id, given.quantity)
    print(json.dumps(plant.outcome(order_id), indent=2))


if __name__ == "__main__":
    main()
