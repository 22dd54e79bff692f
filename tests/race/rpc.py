"""A JSON-RPC client of the standard library: the race needs no Odoo in its clients."""

import json
import urllib.request
from copy import copy

TIMEOUT = 300
"""Longer than any wait for the lock: a call that takes this long is a finding."""


class CallFailed(Exception):
    """The server answered with an error; ``name`` is the exception's dotted name."""

    def __init__(self, name, message):
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


class Client:
    """One user's connection. JSON-RPC rather than XML-RPC because it can say None,
    which several of core's stock methods answer."""

    def __init__(self, url, database, login="admin", password="admin"):
        self.url = f"{url}/jsonrpc"
        self.database, self.password = database, password
        self.company = None
        self.uid = self._send("common", "login", [database, login, password])
        if not self.uid:
            raise CallFailed("login", f"{login} may not log in to {database}")

    def of(self, company):
        """The same user at work in one company."""
        client = copy(self)
        client.company = company
        return client

    def call(self, model, method, *args, **kwargs):
        """Call a public method; raises :class:`CallFailed` for any fault."""
        if self.company:
            context = {"allowed_company_ids": [self.company]}
            kwargs["context"] = {**context, **kwargs.get("context", {})}
        params = [self.database, self.uid, self.password, model, method, args, kwargs]
        return self._send("object", "execute_kw", params)

    def has_model(self, model):
        return bool(self.call("ir.model", "search_count", [("model", "=", model)]))

    def _send(self, service, method, args):
        params = {"service": service, "method": method, "args": args}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        request = urllib.request.Request(
            self.url, body.encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            answer = json.load(response)
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise CallFailed(data.get("name", "?"), data.get("message", "?"))
        return answer.get("result")
