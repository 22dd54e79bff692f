"""Calls that meet in the middle: each is stopped at its last step until all are there.

Two that are merely sent at one moment seldom overlap. Here a table that each of them
writes to is held until PostgreSQL says that every one of them waits: for the table, or
for what another has written and not committed.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2

PATIENCE = 120
WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = %s AND wait_event_type = 'Lock' AND pid != pg_backend_pid()
"""


def at_once(database, table, calls):
    """Run ``calls`` so that all are under way before one of them commits.

    :param table: what each writes to late in its transaction
    :return: their results, or what they raised, in their order
    """
    with ThreadPoolExecutor(len(calls)) as pool:
        with _held(database, table):
            under_way = [pool.submit(call) for call in calls]
            _wait_for(database, len(calls))
        return [one.exception() or one.result() for one in under_way]


def in_turn(database, stock, calls):
    """Run ``calls`` so that all have begun, and then move ``stock`` in their order.

    :param stock: ``(product id, location id)`` that each of them queues for
    :return: their results, or what they raised, in their order
    """
    with ThreadPoolExecutor(len(calls)) as pool:
        under_way, connection = [], psycopg2.connect(dbname=database)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", stock)
            for call in calls:
                under_way.append(pool.submit(call))
                _wait_for(database, len(under_way))
        finally:
            connection.close()
        return [one.exception() or one.result() for one in under_way]


@contextmanager
def _held(database, table):
    """Nobody writes to the table while it lasts."""
    connection = psycopg2.connect(dbname=database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        yield
    finally:
        connection.close()


def _wait_for(database, number):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    end = time.monotonic() + PATIENCE
    try:
        with connection.cursor() as cursor:
            waiting = 0
            while waiting < number:
                assert time.monotonic() < end, f"{waiting} of {number} wait"
                time.sleep(0.1)
                cursor.execute(WAITING, (database,))
                waiting = cursor.fetchone()[0]
    finally:
        connection.close()
