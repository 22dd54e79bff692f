#!/usr/bin/env python3
"""A gateway at the line: keeps events while the server is away, delivers them in order.

    python3 examples/gateway.py put outbox.db < events.jsonl
    python3 examples/gateway.py deliver outbox.db http://localhost:8069 DATABASE \\
        --key API-KEY
    python3 examples/gateway.py list outbox.db

Events are messages as docs/integration.md describes them, one JSON object per line.
``put`` stores them in a local SQLite file and returns; ``deliver`` sends what is there
until all is answered, over JSON-2 (``--key``) or XML-RPC (``--login``, ``--password``).
Needs nothing but Python.
"""

import argparse
import http.client
import json
import sqlite3
import sys
import time
import xmlrpc.client

from json2_complete_order import Json2
from xmlrpc_complete_order import XmlRpc

#: What it is like when the server, or the way to it, is away: send again later.
AWAY = (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError)
BATCH = 200


class Outbox:
    """Events in a file; what is stored survives the end of this program."""

    def __init__(self, path):
        self._file = sqlite3.connect(path)
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.execute(
            """CREATE TABLE IF NOT EXISTS event (
                   place INTEGER PRIMARY KEY AUTOINCREMENT,
                   source TEXT NOT NULL,
                   external_id TEXT NOT NULL,
                   content TEXT NOT NULL,
                   status TEXT NOT NULL DEFAULT 'waiting',
                   reason TEXT NOT NULL DEFAULT '',
                   UNIQUE (source, external_id))"""
        )

    def put(self, message):
        """Store an event; one that is there already is left as it is."""
        with self._file:
            self._file.execute(
                """INSERT INTO event (source, external_id, content) VALUES (?, ?, ?)
                   ON CONFLICT DO NOTHING""",
                (message["source"], message["external_id"], json.dumps(message)),
            )

    def waiting(self, limit):
        """The oldest events that have not been answered: ``[(place, message)]``."""
        rows = self._file.execute(
            """SELECT place, content FROM event
                WHERE status = 'waiting' ORDER BY place LIMIT ?""",
            (limit,),
        )
        return [(place, json.loads(content)) for place, content in rows]

    def settle(self, answers):
        """Note what the server said: ``[(place, answer)]``."""
        with self._file:
            self._file.executemany(
                "UPDATE event SET status = ?, reason = ? WHERE place = ?",
                [
                    (answer["status"], answer["reason"], place)
                    for place, answer in answers
                ],
            )

    def rows(self):
        """All events, the oldest first."""
        names = ("source", "external_id", "status", "reason")
        found = self._file.execute(
            "SELECT source, external_id, status, reason FROM event ORDER BY place"
        )
        return [dict(zip(names, row, strict=True)) for row in found]


def deliver_batch(outbox, odoo, size=BATCH):
    """Send the oldest events in one call; how many were answered.

    When the call fails nobody knows whether the server has stored them. They are sent
    again: what it had stored is answered as a duplicate.
    """
    waiting = outbox.waiting(size)
    if waiting:
        messages = [message for _place, message in waiting]
        answers = odoo.model("backflush.message", "submit", messages=messages)
        places = [place for place, _message in waiting]
        outbox.settle(list(zip(places, answers, strict=True)))
    return len(waiting)


def deliver(outbox, connect, pause=1.0, patience=None):
    """Send until nothing waits; wait where the server is away.

    :param connect: called without arguments; returns a connection
    :param pause: seconds before the first repetition, doubled up to a minute
    :param patience: seconds after which to give up; None: never
    :return: whether everything was answered
    """
    odoo, wait, end = None, pause, patience and time.monotonic() + patience
    while True:
        try:
            odoo = odoo or connect()
            if not deliver_batch(outbox, odoo):
                return True
            wait = pause
        except (*AWAY, RuntimeError, xmlrpc.client.Fault) as problem:
            print(f"not delivered: {problem}", file=sys.stderr)
            if end and time.monotonic() + wait > end:
                return False
            time.sleep(wait)
            odoo, wait = None, min(2 * wait, 60.0)


def main(arguments=None):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("put", "deliver", "list"))
    parser.add_argument("outbox", help="file that keeps the events")
    parser.add_argument("url", nargs="?")
    parser.add_argument("database", nargs="?")
    parser.add_argument("--key", help="API key: deliver over JSON-2")
    parser.add_argument("--login", help="deliver over XML-RPC")
    parser.add_argument("--password", help="password, or API key, of the login")
    parser.add_argument("--patience", type=float, help="give up after seconds")
    given = parser.parse_args(arguments)
    outbox = Outbox(given.outbox)
    if given.command == "put":
        for line in sys.stdin:
            if line.strip():
                outbox.put(json.loads(line))
    elif given.command == "list":
        print(json.dumps(outbox.rows(), indent=2))
    else:

        def connect():
            if given.key:
                return Json2(given.url, given.database, given.key)
            return XmlRpc(given.url, given.database, given.login, given.password)

        return 0 if deliver(outbox, connect, patience=given.patience) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
