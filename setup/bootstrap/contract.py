"""What tests and measurements that cross the addon's border may rely on.

``setup/test`` and ``setup/bench`` prepare databases and set these variables:

=========================  =========================================================
BACKFLUSH_ROOT             the checkout
BACKFLUSH_PYTHON           the Python that has Odoo's libraries
BACKFLUSH_ODOO             Odoo's script; start it with that Python
BACKFLUSH_ODOO_CONF        Odoo's configuration (addons, data folder, server)
BACKFLUSH_DB_DEMO          a database with the addon and the demo plant: copy it
BACKFLUSH_DB_BARE          a database with the addon and no demo data: copy it
BACKFLUSH_DB_CORE          a database without the addon and without demo data
BACKFLUSH_DB_COMPANIONS    like BARE, with the companions and what they join
BACKFLUSH_DB_CHARTS        like BARE, with national charts of accounts
BACKFLUSH_DATA             Odoo's data folder (attachments)
BACKFLUSH_LOGS             the folder for logs
PGHOST, PGPORT, PGUSER     PostgreSQL (and PGPASSWORD where it asks for one)
PYTHONPATH, ODOO_RC        so that ``import odoo`` works and finds its configuration
=========================  =========================================================

The databases are shared: never write to them, ``clone_database`` them.
"""

import os
import shutil
import subprocess
import time
import xmlrpc.client
from pathlib import Path
from typing import NamedTuple

from . import server
from .databases import link_tree, quoted, temporary_name
from .project import LOGIN, PASSWORD, ROOT


class Facts(NamedTuple):
    """The prepared environment, read from the variables."""

    root: Path
    python: Path
    odoo: Path
    configuration: Path
    demo_database: str
    bare_database: str
    core_database: str
    companions_database: str
    data: Path
    logs: Path

    @classmethod
    def from_environ(cls, environ=os.environ):
        """Read the variables; say what to do where they are missing."""
        try:
            return cls(
                root=Path(environ["BACKFLUSH_ROOT"]),
                python=Path(environ["BACKFLUSH_PYTHON"]),
                odoo=Path(environ["BACKFLUSH_ODOO"]),
                configuration=Path(environ["BACKFLUSH_ODOO_CONF"]),
                demo_database=environ["BACKFLUSH_DB_DEMO"],
                bare_database=environ["BACKFLUSH_DB_BARE"],
                core_database=environ["BACKFLUSH_DB_CORE"],
                companions_database=environ["BACKFLUSH_DB_COMPANIONS"],
                data=Path(environ["BACKFLUSH_DATA"]),
                logs=Path(environ["BACKFLUSH_LOGS"]),
            )
        except KeyError as missing:
            raise RuntimeError(
                f"{missing} is not set: start this with setup/test or setup/bench"
            ) from None

    def command(self, *arguments):
        """Odoo's command line."""
        return [str(self.python), str(self.odoo), *map(str, arguments)]


def environ_of(environment, demo="", bare="", core="", companions="", charts=""):
    """The variables of the contract for an environment and its databases."""
    return {
        **environment.environ(),
        "BACKFLUSH_ROOT": str(ROOT),
        "BACKFLUSH_PYTHON": str(environment.venv.python),
        "BACKFLUSH_ODOO": str(environment.odoo.script),
        "BACKFLUSH_ODOO_CONF": str(environment.configuration),
        "BACKFLUSH_DB_DEMO": demo,
        "BACKFLUSH_DB_BARE": bare,
        "BACKFLUSH_DB_CORE": core,
        "BACKFLUSH_DB_COMPANIONS": companions,
        "BACKFLUSH_DB_CHARTS": charts,
        "BACKFLUSH_DATA": str(environment.data_folder),
        "BACKFLUSH_LOGS": str(environment.cache.logs),
    }


def execute(statement, parameters=None, database="postgres"):
    """Run one statement outside any transaction and return its rows."""
    import psycopg2

    connection = psycopg2.connect(dbname=database)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def clone_database(source, purpose="test", facts=None):
    """Copy a database with its attachments; return the copy's name.

    The name carries this process's number: what a killed test leaves behind is
    dropped by the next ``setup/run`` or ``setup/test``.
    """
    facts = facts or Facts.from_environ()
    name = f"{temporary_name(purpose)}_{time.monotonic_ns() % 10**9}"
    execute(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)}")
    link_tree(facts.data / "filestore" / source, facts.data / "filestore" / name)
    return name


def drop_database(name, facts=None):
    """Drop a copy and its attachments."""
    facts = facts or Facts.from_environ()
    execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
    shutil.rmtree(facts.data / "filestore" / name, ignore_errors=True)


class OdooServer:
    """A real server on a database of its own: HTTP workers, cron, live messages."""

    def __init__(self, database, facts=None, workers=2, options=()):
        self.facts = facts or Facts.from_environ()
        self.database = database
        self.port = server.free_port()
        self.url = f"http://{server.HOST}:{self.port}"
        self.log = self.facts.logs / f"server-{database}.log"
        self._arguments = [
            *("-d", database, "--db-filter", f"^{database}$"),
            *("--http-port", self.port, "--gevent-port", server.free_port()),
            *("--workers", workers, "--max-cron-threads", 1, *options),
        ]
        self._process = None

    def start(self):
        """Start the server and wait until it answers."""
        with self.log.open("a") as output:
            self._process = subprocess.Popen(
                self.facts.command(*self._arguments),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd=self.facts.root,
            )
        try:
            server.wait_until_ready(self._process, f"{self.url}/web/login", self.log)
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def pid(self):
        """The number of the server's main process."""
        return self._process.pid

    def stop(self):
        """End the server in order; kill it when it does not listen."""
        if not self._process:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self):
        """End the server as a power cut would, for tests that need it."""
        self._process.kill()
        self._process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()

    def rpc(self, login=LOGIN, password=PASSWORD):
        """An XML-RPC client bound to a user."""
        return Rpc(self.url, self.database, login, password)


class Rpc:
    """XML-RPC as an integrator writes it: ``rpc("res.partner", "read", [ids])``."""

    def __init__(self, url, database, login=LOGIN, password=PASSWORD):
        self._database, self._password = database, password
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self._models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object")
        self.uid = common.authenticate(database, login, password, {})
        if not self.uid:
            raise PermissionError(f"'{login}' may not log in to '{database}'")

    def __call__(self, model, method, *arguments, **keywords):
        """Call a method with its positional and keyword arguments."""
        return self._models.execute_kw(
            self._database,
            self.uid,
            self._password,
            model,
            method,
            list(arguments),
            keywords,
        )
