"""The processes of the race: the people of each plant, and the retrier."""

import json
import multiprocessing
import subprocess

from . import people
from .place import HERE
from .rpc import Client

ROUND_TIMEOUT = 300


def _work(connection, barrier, address, database, plant, login):
    """Body of one client process: log in once, then one round per task list."""
    client = Client(address, database, login, login).of(plant.company)
    connection.send("ready")
    while (tasks := connection.recv()) is not None:
        journal = people.Journal()
        barrier.wait()
        for task in tasks:
            people.do(client, journal, plant, task)
        connection.send(journal.calls)


class Crew:
    """Client processes that start every round at the same moment."""

    def __init__(self, address, database, plants, logins=None):
        """:param plants: the plant of each member
        :param logins: the login, and the password, of each; the administrator's if
            not given
        """
        logins = logins or ["admin"] * len(plants)
        context = multiprocessing.get_context("spawn")
        barrier = context.Barrier(len(plants))
        self.members = []
        for plant, login in zip(plants, logins, strict=True):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=_work,
                args=(theirs, barrier, address, database, plant, login),
                daemon=True,
            )
            process.start()
            theirs.close()
            self.members.append((process, ours))
        self._collect()

    def run(self, task_lists):
        """One round: a task list per member; hands back all their journals."""
        for (_, connection), tasks in zip(self.members, task_lists, strict=True):
            connection.send(tasks)
        return [call for calls in self._collect() for call in calls]

    def close(self):
        for process, connection in self.members:
            if process.is_alive():
                connection.send(None)
            process.join(10)
            if process.is_alive():
                process.kill()

    def _collect(self):
        answers = []
        for process, connection in self.members:
            if not connection.poll(ROUND_TIMEOUT):
                raise RuntimeError(f"{process.name} has not answered: a hang")
            answers.append(connection.recv())
        return answers


class Retrier:
    """The cron-like process with its own registry; see ``retrier.py``."""

    def __init__(self, facts, database, lock):
        script = str(HERE / "retrier.py")
        command = [str(facts.python), script, database, str(facts.configuration)]
        self.log = (facts.logs / f"retrier-{database}.log").open("w")
        self.process = subprocess.Popen(
            command if lock else [*command, "without-lock"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self._expect("ready")

    def stop(self):
        """End it by closing its input; hands back its outcomes by name."""
        if self.process.stdin.closed:
            return {}
        self.process.stdin.close()
        line = self.process.stdout.readline()
        self.process.wait(30)
        self.log.close()
        if not line:
            raise RuntimeError(f"the retrier died: see {self.log.name}")
        return json.loads(line)

    def _expect(self, word):
        line = self.process.stdout.readline().strip()
        if line != word:
            raise RuntimeError(f"the retrier said {line!r}: see {self.log.name}")
