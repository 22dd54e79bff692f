"""Whether anything is lost or doubled while Odoo and PostgreSQL die.

Used by the tests in short and by ``setup/bench messages`` for long.
"""

import random
import threading
import time
import urllib.error

import psycopg2
from race.rpc import CallFailed, Client

from bootstrap.contract import execute

from .crew import MortalServer, end_a_connection
from .history import JOB, PER_PIECE, PIECES, jobs
from .plant import CONTENT, Plant
from .postgres import mortal_database
from .program import PATIENCE, submit

UNANSWERED = (OSError, CallFailed, urllib.error.URLError, ValueError)
"""How a call ends whose server, or whose server's database, has died."""
BEHIND = 4
"""Calls that the machines may be ahead of the workers; then they tell less."""
PAUSE = 2.0
"""Seconds between two messages of machines that are ahead."""


def survivors(facts, messages, kills, seed=1, batch=16, say=None):
    """What was lost or doubled while Odoo and PostgreSQL died at random moments.

    Machines report on short jobs: each call is repeated until it is answered. They tell
    what happens as it happens, so that messages are taken in and carried out at the
    same time all the while, and the kills meet both.

    :param messages: how many, of which those of a job begun are told to its end
    :param say: told how far it is at each kill; called with a sentence
    :return: list of sentences; none is the good case
    """
    chance = random.Random(seed)
    with mortal_database(facts) as (database, postgres):
        options = ("--max-cron-threads", "2", *postgres.options)
        server = MortalServer(database, facts, workers=2, options=options).start()
        end = threading.Event()
        try:
            number = -(-messages // JOB)
            plant = Plant(
                Client(server.url, database), "mortal", number, number, size=PIECES
            )
            told = jobs(plant, seed)
            sender = threading.Thread(
                target=_send_until_answered, args=(plant, told, batch, end)
            )
            sender.start()
            moments = [chance.uniform(0, 2 * len(told)) for _kill in range(kills)]
            for at, moment in enumerate(sorted(moments)):
                stored, done = _reach(moment, plant, server)
                time.sleep(chance.uniform(0.0, 3.0))
                if say:
                    say(f"kill {at + 1}: {stored} stored, {done} carried out")
                _strike(at, server, postgres, chance)
            _recover(plant, server, sender)
            return _losses(plant, told)
        finally:
            end.set()
            server.stop()


def _reach(moment, plant, server):
    """Wait until so much was taken in and carried out, or nothing moves for long.

    :return: ``(stored, carried out)``
    """
    reached, deadline = (0, 0), time.monotonic() + PATIENCE
    while sum(reached) < moment and time.monotonic() < deadline:
        server.revive()
        now_reached = _progress(plant)
        if now_reached and now_reached != reached:
            reached, deadline = now_reached, time.monotonic() + PATIENCE
        time.sleep(0.2)
    return reached


def _progress(plant):
    """``(stored, carried out)``, from the database; None while it is away."""
    try:
        ((stored, done),) = execute(
            """SELECT count(*), count(*) FILTER (WHERE state != 'queued')
                 FROM backflush_message message
                 JOIN backflush_message_source source ON source.id = source_id
                WHERE source.code = %s""",
            (plant.name,),
            plant.admin.database,
        )
    except psycopg2.Error:
        return None
    return stored, done


def _strike(at, server, postgres, chance):
    """Odoo, PostgreSQL, and one of the connections between them, in turn."""
    if at % 3 == 0:
        server.kill()
        server.revive()
    elif at % 3 == 1:
        postgres.kill()
        postgres.start()
    else:
        end_a_connection(server.database, chance)


def _send_until_answered(plant, told, batch, end):
    """Each call again and again until the server has said what became of it."""
    at = 0
    while at < len(told) and not end.is_set():
        size = batch
        if at - _carried_out(plant) > BEHIND * batch:
            # A plant is never silent, and each message wakes a worker: Odoo by itself
            # looks for work only a minute after it has been started.
            time.sleep(PAUSE)
            size = 1
        try:
            submit(plant.machine(), told[at : at + size])
            at += size
        except UNANSWERED:
            time.sleep(0.3)


def _carried_out(plant):
    """How many messages have had their effect, or failed; 0 while nobody knows."""
    return (_progress(plant) or (0, 0))[1]


def _recover(plant, server, sender):
    """Wait until all is sent and worked off, or nothing has moved for long."""
    left, deadline = None, 0.0
    while sender.is_alive() or left != 0:
        now_left = _waiting(plant)
        if now_left is not None and now_left != left:
            left, deadline = now_left, time.monotonic() + PATIENCE
        if time.monotonic() > deadline > 0:
            return
        server.revive()
        time.sleep(2)


def _waiting(plant):
    """How many messages wait; None where nobody is there to say so."""
    try:
        return plant.waiting()
    except UNANSWERED:
        return None


def _losses(plant, told):
    """What the books say after everybody has recovered."""
    states = plant.states()
    found = [
        f"{message['external_id']}: {states.get(message['external_id'])}"
        for message in told
        if states.get(message["external_id"], ("lost",))[0] != "done"
    ]
    if len(states) != len(told):
        found.append(f"{len(states)} messages of {len(told)}")
    made = PIECES * len(plant.orders)
    reports = plant.admin.call(
        "backflush.confirmation",
        "search_count",
        [("product_id", "=", plant.cable), ("trigger", "=", "completion")],
    )
    if reports != made:
        found.append(f"{made} reports, {reports} confirmations")
    books, used = plant.books(), float(PIECES * PER_PIECE)
    if books["on hand"] != [0.0, float(made)]:
        found.append(f"{made} pieces were reported, on hand are {books['on hand']}")
    if books["open"] or any(books["mounted"]):
        found.append(f"open: {books['open']}, mounted: {books['mounted']}")
    fate = {"production": used, "inventory": CONTENT - used}
    taken = plant.taken()
    found += [
        f"of {coil} went {taken.get(coil)}, not {fate}"
        for coil in plant.coils
        if taken.get(coil) != fate
    ]
    return found
