#!/usr/bin/env python3
"""A gateway at the line: keeps events while the server is away, delivers them in order.

    python3 examples/gateway.py put outbox.db < events.jsonl
    python3 examples/gateway.py deliver outbox.db http://localhost:8069 DATABASE \\
        --key API-KEY
    python3 examples/gateway.py list outbox.db
    python3 examples/gateway.py retry outbox.db

Events are messages as docs/integration.md describes them, one JSON object per line.

``put`` stores them in a local SQLite file and returns. A line that is no event, or that
has the number of another one with another content, is reported with its line's number
and kept apart; the others are stored, and the program ends with 1. ``deliver`` sends
what is there until all is answered, over JSON-2 (``--key``) or XML-RPC (``--login``,
``--password``). ``list`` shows everything: ``waiting``, what the server answered, and
``refused`` for what ``put`` kept apart. ``retry`` has what the server rejected sent
again, after the reason is cured (an unknown source was created); ``--id`` chooses.
Needs nothing but Python.
"""

import argparse
import http.client
import json
import sqlite3
import sys
import time
import xmlrpc.client
from xml.parsers.expat import ExpatError

from json2_complete_order import Json2
from xmlrpc_complete_order import XmlRpc

#: What it is like when the server, or the way to it, is away: send again later.
AWAY = (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError)
BATCH = 200
#: XML-RPC has no longer whole numbers; Odoo takes 5000000000.0 for the same content.
MOST_WHOLE = 2**31 - 1


class NoEvent(Exception):
    """What was put is nothing that could be delivered; its words say why."""


def read_event(line):
    """The message on a line of JSON, in the form in which it is sent.

    :param bytes line: UTF-8
    :raises NoEvent: if it is none, or one that cannot be carried to the server: it
        would be in the way of all others for ever
    """
    try:
        message = json.loads(line.decode())
    except (ValueError, RecursionError) as problem:
        raise NoEvent(f"no JSON: {problem}") from None
    if not isinstance(message, dict):
        raise NoEvent("no JSON object")
    # A key with null is a key that is not there, and XML-RPC has no null.
    message = {
        key: _plain(value) for key, value in message.items() if value is not None
    }
    for key in ("source", "external_id"):
        if not isinstance(message.get(key), str) or not message[key]:
            raise NoEvent(f"'{key}' is missing, or no text")
    if not _can_be_carried(message):
        raise NoEvent("it has control characters, or values, that XML-RPC cannot carry")
    return message


def _plain(value):
    """A number as both protocols carry it."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if is_whole and MOST_WHOLE < abs(value) < 2**53:
        return float(value)
    return value


def _can_be_carried(message):
    """Whether it arrives as it is sent."""
    try:
        sent = xmlrpc.client.dumps((message,)).encode("utf-8", "xmlcharrefreplace")
        (arrived,), _method = xmlrpc.client.loads(sent)
    except (ExpatError, ValueError, TypeError, OverflowError, RecursionError):
        return False
    return arrived == message


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
        self._file.execute(
            """CREATE TABLE IF NOT EXISTS refused (
                   place INTEGER PRIMARY KEY AUTOINCREMENT,
                   content TEXT NOT NULL,
                   reason TEXT NOT NULL,
                   UNIQUE (content, reason))"""
        )

    def put(self, line):
        """Store the event of a line; one that is there already is left as it is.

        :raises NoEvent: if it is none, or another one has its number; the line is kept
            among the refused ones
        """
        try:
            message = read_event(line)
            self._store(message)
        except NoEvent as problem:
            text = line.decode("ascii", "backslashreplace").strip()
            with self._file:
                self._file.execute(
                    """INSERT INTO refused (content, reason) VALUES (?, ?)
                       ON CONFLICT DO NOTHING""",
                    (text, str(problem)),
                )
            raise

    def _store(self, message):
        key, content = (message["source"], message["external_id"]), json.dumps(message)
        with self._file:
            self._file.execute(
                """INSERT INTO event (source, external_id, content) VALUES (?, ?, ?)
                   ON CONFLICT DO NOTHING""",
                (*key, content),
            )
        ((known,),) = self._file.execute(
            "SELECT content FROM event WHERE source = ? AND external_id = ?", key
        )
        if json.loads(known) != message:
            raise NoEvent(
                f"{key[1]} of {key[0]} was put before with another content, which "
                "stands: send a correction under a number of its own"
            )

    def retry(self, numbers=()):
        """Have what was rejected sent again; how many that are.

        :param numbers: external ids; empty: all
        """
        chosen = " OR ".join(["external_id = ?"] * len(numbers)) or "TRUE"
        with self._file:
            done = self._file.execute(
                f"""UPDATE event SET status = 'waiting', reason = ''
                     WHERE status = 'rejected' AND ({chosen})""",
                tuple(numbers),
            )
        return done.rowcount

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
        """All events, the oldest first, then what was refused."""
        names = ("source", "external_id", "status", "reason", "content")
        found = self._file.execute(
            """SELECT source, external_id, status, reason, NULL FROM event
                ORDER BY place"""
        ).fetchall()
        found += self._file.execute(
            "SELECT '', '', 'refused', reason, content FROM refused ORDER BY place"
        )
        return [
            {
                name: value
                for name, value in zip(names, row, strict=True)
                if value is not None
            }
            for row in found
        ]


def put(outbox, lines):
    """Store events; whether all of them could be."""
    is_whole = True
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                outbox.put(line)
        except NoEvent as problem:
            print(f"line {number}: {problem}", file=sys.stderr)
            is_whole = False
    return is_whole


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
        for answer in answers:
            if answer["status"] == "rejected":
                print(f"{answer['external_id']}: {answer['reason']}", file=sys.stderr)
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
    parser.add_argument("command", choices=("put", "deliver", "list", "retry"))
    parser.add_argument("outbox", help="file that keeps the events")
    parser.add_argument("url", nargs="?")
    parser.add_argument("database", nargs="?")
    parser.add_argument("--key", help="API key: deliver over JSON-2")
    parser.add_argument("--login", help="deliver over XML-RPC")
    parser.add_argument("--password", help="password, or API key, of the login")
    parser.add_argument("--patience", type=float, help="give up after seconds")
    parser.add_argument("--id", nargs="+", default=[], help="retry only these")
    given = parser.parse_args(arguments)
    outbox = Outbox(given.outbox)
    if given.command == "put":
        return 0 if put(outbox, sys.stdin.buffer) else 1
    elif given.command == "retry":
        print(outbox.retry(given.id))
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
