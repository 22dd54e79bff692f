"""The two questions: does the order of arrival matter, and is anything lost or doubled.

Used by the tests in their short form and by ``setup/bench messages`` in their long one.
"""

import random
import threading
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2
from race.place import race_database
from race.rpc import CallFailed, Client

from bootstrap.contract import OdooServer, execute

from .crew import MortalServer, Worker, end_a_connection
from .history import delivery, history
from .plant import Plant
from .postgres import mortal_database

PATIENCE = 600
UNANSWERED = (OSError, CallFailed, urllib.error.URLError, ValueError)
"""How a call ends whose server, or whose server's database, has died."""
ACCEPTED = ("accepted", "duplicate")


@contextmanager
def place(facts, workers=2):
    """``(admin client, worker processes)`` on a server of their own."""
    options = ("--max-cron-threads", "0")
    with race_database(facts) as database:
        with OdooServer(database, facts, workers=4, options=options) as server:
            crew = [Worker(facts, database, str(at)) for at in range(workers)]
            try:
                yield Client(server.url, database), crew
            finally:
                for worker in crew:
                    worker.close()


def submit(client, messages):
    """Submit; fail where something is not taken."""
    answers = client.call("backflush.message", "submit", messages)
    assert len(answers) == len(messages)
    wrong = [answer for answer in answers if answer["status"] not in ACCEPTED]
    assert not wrong, wrong
    return answers


def differences(admin, crew, seed):
    """What differs between a history told in order and told badly."""
    orderly, badly = (Plant(admin, f"{kind}{seed}") for kind in "ab")
    client = orderly.machine()
    for message in history(orderly, seed):
        submit(client, [message])
    _work_off(crew[:1], orderly)
    calls = delivery(history(badly, seed), seed)
    with ThreadPoolExecutor(len(calls)) as pool:
        sent = [pool.submit(_send, badly.machine(), own) for own in calls]
        while not all(future.done() for future in sent):
            _run_all(crew)
        for future in sent:
            future.result()
    _work_off(crew, badly)
    found = [
        f"{plant.name}: {number} is {state}: {reason}"
        for plant in (orderly, badly)
        for number, (state, reason) in plant.states().items()
        if state != "done"
    ]
    one, other = orderly.books(), badly.books()
    found += [
        f"seed {seed}, {what}: {one[what]} in order, {other[what]} badly"
        for what in one
        if one[what] != other[what]
    ]
    if not one["ledger"] or not any(one["on hand"]):
        found.append(f"seed {seed}: nothing was posted")
    return found


def _send(client, calls):
    for messages in calls:
        submit(client, messages)


def _run_all(crew):
    """All workers at once."""
    threads = [threading.Thread(target=worker.run) for worker in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _work_off(crew, plant):
    """Until nothing of the plant waits."""
    deadline = time.monotonic() + PATIENCE
    while plant.waiting():
        assert time.monotonic() < deadline, plant.states()
        _run_all(crew)


# -- killed ------------------------------------------------------------


def survivors(facts, messages, kills, seed=1, batch=10, say=None):
    """What was lost or doubled while Odoo and PostgreSQL died at random moments.

    One machine reports parts of orders, and repeats each call until it is answered.
    The kills are spread over the whole run: while messages are taken in, and while
    they are carried out.

    :param say: told how far it is at each kill; called with a sentence
    :return: list of sentences; none is the good case
    """
    chance = random.Random(seed)
    with mortal_database(facts) as (database, postgres):
        options = ("--max-cron-threads", "2", *postgres.options)
        server = MortalServer(database, facts, workers=2, options=options).start()
        end = threading.Event()
        try:
            orders = max(messages // 10, 1)
            plant = Plant(Client(server.url, database), "mortal", 1, orders, size=10)
            told = _parts(plant, messages)
            sender = threading.Thread(
                target=_send_until_answered, args=(plant, told, batch, end)
            )
            sender.start()
            moments = sorted(chance.uniform(0, 2 * messages) for _kill in range(kills))
            for at, moment in enumerate(moments):
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


def _parts(plant, number):
    """One piece after another of each order, so that ten messages make ten pieces."""
    return [
        {
            "source": plant.name,
            "external_id": f"part-{at}",
            "sequence_number": at // len(plant.orders) + 1,
            "type": "production",
            "event_time": "2026-01-05T06:00:00Z",
            "order": plant.orders[at % len(plant.orders)],
            "quantity": 1,
        }
        for at in range(number)
    ]


def _send_until_answered(plant, told, batch, end):
    """Each call again and again until the server has said what became of it."""
    for at in range(0, len(told), batch):
        while not end.is_set():
            try:
                submit(plant.machine(), told[at : at + batch])
                break
            except UNANSWERED:
                time.sleep(0.3)


def _is_waiting(plant):
    """Whether messages wait, or nobody is there to say so."""
    try:
        return bool(plant.waiting())
    except UNANSWERED:
        return True


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
    made = plant.books()["on hand"][1]
    if made != len(told):
        found.append(f"{len(told)} pieces were reported, {made} were made")
    reports = plant.admin.call(
        "backflush.confirmation",
        "search_count",
        [("product_id", "=", plant.cable), ("trigger", "=", "completion")],
    )
    if reports != len(told):
        found.append(f"{len(told)} reports, {reports} confirmations")
    return found
