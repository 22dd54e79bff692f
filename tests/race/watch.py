"""The observer: what PostgreSQL itself says about the race."""

import re
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg2

RECORDER = """
CREATE TABLE race_negative (
    quant integer, product integer, location integer, quantity numeric,
    noted timestamp DEFAULT clock_timestamp());
CREATE FUNCTION race_note_negative() RETURNS trigger AS $$
BEGIN
    INSERT INTO race_negative (quant, product, location, quantity)
    SELECT q.id, q.product_id, q.location_id, q.quantity
      FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
     WHERE q.id = NEW.id AND q.quantity < -0.001 AND l.usage = 'internal';
    RETURN NULL;
END $$ LANGUAGE plpgsql;
CREATE CONSTRAINT TRIGGER race_negative AFTER INSERT OR UPDATE ON stock_quant
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION race_note_negative();
"""
"""Looks at every quant once more when its transaction commits: a negative that lives
for a millisecond between two samples is noted too, one that is rolled back is not."""

NEGATIVES = """
SELECT count(DISTINCT quant), count(*), min(quantity) FROM race_negative
"""
OVERDRAWN = """
SELECT q.product_id, q.location_id, min(q.quantity), sum(q.quantity)
  FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
 WHERE l.usage = 'internal'
 GROUP BY 1, 2 HAVING min(q.quantity) < -0.001 OR sum(q.quantity) < -0.001
"""
ADVISORY = """
SELECT count(*) FROM pg_locks
 WHERE locktype = 'advisory'
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
STATISTICS_DELAY = 1.5
"""Backends report their statistics at most once a second."""
RETRY = re.compile(r"odoo\.service\.model: (.+), (\d) tries left")
GIVEN_UP = re.compile(r"odoo\.service\.model: .+ maximum number of tries reached")
ATTEMPTED = re.compile(r"race attempt (\S+) (\S+)")


class Watch(threading.Thread):
    """Samples the quants on a connection of its own until it is stopped."""

    def __init__(self, database, interval=0.05, record=True):
        super().__init__(daemon=True)
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True
        self.interval = interval
        self.samples = self.bad_samples = 0
        self.overdrawn = set()
        self.worst = 0.0
        self._ended = threading.Event()
        if record:
            self._query(RECORDER)
        self.deadlocks_before = self._query(DEADLOCKS)[0][0]

    def run(self):
        while not self._ended.wait(self.interval):
            self._sample()

    def stop(self):
        """One last look, then no more."""
        self._ended.set()
        self.join()
        self._sample()

    def committed_negatives(self):
        """Distinct quants that some commit left negative, and how often."""
        connection = psycopg2.connect(self.connection.dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute(NEGATIVES)
            quants, commits, worst = cursor.fetchone()
        connection.close()
        return quants, commits, float(worst or 0.0)

    def deadlocks(self):
        """Deadlocks that PostgreSQL resolved since the watch began."""
        time.sleep(STATISTICS_DELAY)
        return self._query(DEADLOCKS)[0][0] - self.deadlocks_before

    def advisory_locks(self):
        return self._query(ADVISORY)[0][0]

    def _sample(self):
        rows = self._query(OVERDRAWN)
        self.samples += 1
        self.bad_samples += bool(rows)
        for product, location, lowest, total in rows:
            self.worst = min(self.worst, float(lowest))
            if total < -0.001:
                self.overdrawn.add((product, location))

    def _query(self, statement):
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None


def read_log(path):
    """What the server's log tells: retries by reason, attempts by (method, ids), given
    up."""
    retries, attempts, given_up = Counter(), Counter(), 0
    with Path(path).open(errors="replace") as lines:
        for line in lines:
            if match := RETRY.search(line):
                retries[match[1]] += 1
            elif match := ATTEMPTED.search(line):
                attempts[match.groups()] += 1
            given_up += bool(GIVEN_UP.search(line))
    return retries, attempts, given_up
