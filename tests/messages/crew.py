"""Who works in the tests of messages: worker processes, and a server that is killed."""

import os
import random
import signal
import subprocess
from pathlib import Path

from bootstrap.contract import OdooServer, execute

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
        family = [self.pid, *_children(self.pid)]
        for number in family:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait()
        self._process = None


def _children(pid):
    """Numbers of the processes that a process has started."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True
    )
    return [int(number) for number in found.stdout.split()]


def end_a_connection(database, chance: random.Random):
    """End one of a database's connections inside PostgreSQL, in mid-sentence."""
    rows = execute(
        """SELECT pid FROM pg_stat_activity
            WHERE datname = %s AND pid != pg_backend_pid() ORDER BY pid""",
        (database,),
    )
    if rows:
        execute("SELECT pg_terminate_backend(%s)", (chance.choice(rows)[0],))
