"""A PostgreSQL of its own, which can be killed without taking anybody else along.

The cluster of the tests is shared, and made quick rather than safe. This one keeps
PostgreSQL's own settings: what is committed is on the disk.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from bootstrap.cache import service_account
from bootstrap.contract import execute
from bootstrap.databases import link_tree, temporary_name
from bootstrap.postgres import binaries

PORT = 5432
"""Names the file of the socket alone: nothing listens on the network."""
PATIENCE = 120


class MortalPostgres:
    """A cluster whose processes die without warning, as in a power cut."""

    def __init__(self, log: Path):
        self.bin, self.account, self.log = _programs(), service_account(), log
        self.folder = Path(tempfile.mkdtemp(prefix="backflush-mortal-"))
        self.data = self.folder / "data"
        self._process = None
        if self.account:
            os.chown(self.folder, self.account.uid, self.account.gid)
        who = ("-U", os.environ.get("PGUSER", "odoo"), "--auth=trust")
        words = ("--encoding=UTF8", "--locale=C.UTF-8")
        self._run("initdb", "-D", self.data, *who, *words, **self._as_account())

    @property
    def options(self):
        """How Odoo's command line names this cluster."""
        return ("--db_host", self.folder, "--db_port", PORT)

    def start(self):
        """Start, recover what a kill has left, and wait until somebody can log in."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not self._process or self._process.poll() is not None:
                # Who has just been killed may still hold the memory of the cluster.
                self._process = self._launch()
            try:
                psycopg2.connect(dbname="postgres", host=str(self.folder)).close()
                return self
            except psycopg2.OperationalError:
                time.sleep(0.2)
        raise RuntimeError(f"PostgreSQL does not start: see {self.log}")

    def kill(self):
        """Kill the main process and all that it has started, at once."""
        family = [self._process.pid, *children(self._process.pid)]
        kill_all(family)
        self._process.wait()
        self._process = None

    def close(self):
        """End it, and forget what it held."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def copy(self, source, name):
        """Copy a database of the tests' own cluster, by a dump."""
        dump = self.folder / "dump"
        self._run("pg_dump", "-Fc", "-Z", "1", "-f", dump, source)
        here = {**os.environ, "PGHOST": str(self.folder), "PGPORT": str(PORT)}
        self._run("createdb", "-T", "template0", name, env=here)
        self._run("pg_restore", "-j", "2", "-d", name, dump, env=here)
        dump.unlink()

    def _launch(self):
        arguments = ("-D", self.data, "-k", self.folder, "-p", str(PORT))
        with self.log.open("a") as output:
            return subprocess.Popen(
                [self.bin / "postgres", *arguments, "-c", "listen_addresses="],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **self._as_account(),
            )

    def _run(self, program, *arguments, **options):
        command = [str(self.bin / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, **options)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr[-2000:]}")

    def _as_account(self):
        """It refuses to run as root."""
        account = self.account
        return {"user": account.uid, "group": account.gid} if account else {}


@contextmanager
def mortal_database(facts):
    """``(name, cluster)``: a copy without demo data; it is where ``execute`` goes."""
    name = temporary_name("mortal")
    files = facts.data / "filestore"
    cluster = MortalPostgres(facts.logs / f"postgres-{name}.log")
    outside = {key: os.environ.get(key) for key in ("PGHOST", "PGPORT")}
    try:
        cluster.start().copy(facts.bare_database, name)
        link_tree(files / facts.bare_database, files / name)
        os.environ.update(PGHOST=str(cluster.folder), PGPORT=str(PORT))
        yield name, cluster
    finally:
        for key, value in outside.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})
        cluster.close()
        shutil.rmtree(files / name, ignore_errors=True)


def kill_all(numbers):
    """End processes as a power cut would."""
    for number in numbers:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


def children(pid):
    """Numbers of the processes that a process has started."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True
    )
    return [int(number) for number in found.stdout.split()]


def _programs():
    """The folder of the running PostgreSQL's programs."""
    try:
        [[folder]] = execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
    except psycopg2.Error:
        folder = ""
    if Path(folder, "initdb").exists():
        return Path(folder)
    found = binaries()
    if not found:
        raise RuntimeError("No initdb on this machine: install PostgreSQL's server.")
    return found
