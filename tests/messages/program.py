"""Whether the order of arrival matters.

Used by the tests in short and by ``setup/bench messages`` for long.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from race.place import race_database
from race.rpc import Client

from bootstrap.contract import OdooServer

from .crew import Worker
from .history import delivery, history
from .plant import Plant

PATIENCE = 600
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
    orderly, badly = (Plant(admin, f"{kind}{seed}", loose=500) for kind in "ab")
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
