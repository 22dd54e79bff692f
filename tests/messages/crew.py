"""Who works in the tests of messages: worker processes, and a server that is killed."""

import random
import subprocess
from pathlib import Path

from bootstrap.contract import OdooServer, execute
from bootstrap.report import Failure

from .postgres import children, kill_all

SCRIPT = Path(__file__).resolve().parent / "worker.py"


class Worker:
    """The process of ``worker.py``."""

    def __init__(self, facts, database, name):
        command = [str(facts.python), str(SCRIPT), database, str(facts.configuration)]
        self.log = (facts.logs / f"messages-{name}-{database}.log").open("w")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self._expect("ready")

    def run(self):
        """Work off what is due."""
        print("run", file=self.process.stdin, flush=True)
        self._expect("done")

    def _expect(self, word):
        line = self.process.stdout.readline().strip()
        assert line == word, f"the worker said {line!r}: see {self.log.name}"

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.log.close()


class MortalServer(OdooServer):
    """A server whose processes die without warning, as in a power cut."""

    def kill(self):
        """Kill the main process and those that it started, at once."""
        if self._process:
            kill_all([self.pid, *children(self.pid)])
            self._process.wait()
            self._process = None

    def revive(self):
        """Start it again where it has ended, as the manager of a plant's services
        does: Odoo gives up when PostgreSQL is away while a worker begins."""
        if self._process and self._process.poll() is None:
            return
        self.kill()
        try:
            self.start()
        except Failure:
            # It began while PostgreSQL was recovering; whoever asks next tries again.
            self.kill()


def end_a_connection(database, chance: random.Random):
    """End one of a database's connections inside PostgreSQL, in mid-sentence."""
    rows = execute(
        """SELECT pid FROM pg_stat_activity
            WHERE datname = %s AND pid != pg_backend_pid() ORDER BY pid""",
        (database,),
    )
    if rows:
        execute("SELECT pg_terminate_backend(%s)", (chance.choice(rows)[0],))
