"""Everything together: an Odoo with its libraries, its PostgreSQL and its databases."""

import json
import os
import secrets
import subprocess
from pathlib import Path

from . import disk, odoo_source, postgres, processes
from .cache import Cache
from .odoo_log import InstallLog
from .project import ROOT, SETUP, addons_path, short_hash
from .report import Failure
from .venv import Venv

SQL_CLIENT = SETUP / "bootstrap" / "sql_client.py"


class Environment:
    """What a command needs; use it as a context so that PostgreSQL is given back."""

    def __init__(self, cache=None):
        self.cache = cache or Cache()
        self.odoo = self.venv = self.server = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.server:
            processes.stop_all()
            self.server.release()

    # -- preparation ---------------------------------------------------------------

    def prepare(self):
        """Have everything that needs no database."""
        odoo_source.check(self.cache)
        postgres.check(self.cache)
        self._require_room()
        self.prepare_libraries()
        self.odoo = odoo_source.find(self.cache)
        server = postgres.find(self.cache, self.venv)
        self.server = server.acquire()
        self._write_configuration()
        return self

    def prepare_libraries(self):
        """Have the virtual environment alone."""
        self.cache.prune()
        self.venv = Venv(self.cache).prepare()
        return self

    def _require_room(self):
        """Refuse at once where what is missing would not fit on the disk."""
        needs = {
            "Python libraries": (disk.LIBRARIES, Venv(self.cache).is_missing()),
            "Odoo": (disk.SOURCES, odoo_source.is_missing(self.cache)),
            "databases": (disk.CLUSTER, postgres.is_missing(self.cache)),
        }
        disk.require(
            self.cache.folder,
            {thing: size for thing, (size, missing) in needs.items() if missing},
        )

    @property
    def configuration(self):
        """Odoo's configuration file: one per checkout and server."""
        return self.cache.path("conf", f"odoo-{self._configuration_key()}.conf")

    @property
    def data_folder(self):
        """Where Odoo keeps attachments and sessions."""
        return self.cache.path("data")

    def _configuration_key(self):
        return short_hash(ROOT, self.server.connection.host, self.odoo.key)

    def _write_configuration(self):
        path = self.configuration
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(self._configuration_text())
        part.rename(path)

    def _configuration_text(self):
        folders = addons_path()
        if self.odoo.addons_folder:
            folders = [*folders, self.odoo.addons_folder]
        connection = self.server.connection
        options = {
            "addons_path": ",".join(map(str, folders)),
            "data_dir": self.data_folder,
            "admin_passwd": secrets.token_urlsafe(24),
            "db_host": connection.host,
            "db_port": connection.port,
            "db_user": connection.user,
            "db_password": connection.password,
            "list_db": False,
            "http_interface": "127.0.0.1",
            "limit_time_real": 1200,
            "limit_time_cpu": 1200,
        }
        lines = [f"{name} = {value}" for name, value in options.items()]
        return "\n".join(["[options]", *lines]) + "\n"

    # -- running -------------------------------------------------------------------

    def environ(self):
        """The environment in which Odoo and the tests run."""
        variables = {**os.environ, **self.server.connection.environ()}
        variables.update(
            PYTHONPATH=str(self.odoo.import_folder(self.cache)),
            ODOO_RC=str(self.configuration),
            PATH=f"{self.venv.folder / 'bin'}:{os.environ.get('PATH', os.defpath)}",
            PYTHONUNBUFFERED="1",
            # Nothing is written into an Odoo of the user's own, nor into the checkout.
            PYTHONPYCACHEPREFIX=str(self.cache.path("bytecode")),
            PYTHONDONTWRITEBYTECODE="",
        )
        return variables

    def odoo_command(self, *arguments):
        """Odoo's command line, started through its script file.

        With ``python -m odoo`` the process for live messages would start itself
        again from a wrong file and crash.
        """
        return [str(self.venv.python), str(self.odoo.script), *map(str, arguments)]

    def run_odoo(self, arguments, what, log, progress=lambda text: None):
        """Run Odoo to its end; return its log, in which a demo failure is a failure."""
        install = InstallLog(progress)
        command = self.odoo_command(*arguments)
        code, output = processes.run(
            command,
            what,
            on_line=install.feed,
            log=self.cache.log(log),
            check=False,
            env=self.environ(),
            cwd=ROOT,
        )
        if code:
            output += self.server.last_words()
            raise processes.failure_of(
                what, command, code, output, log=self.cache.log(log)
            )
        if install.problems:
            raise Failure(
                what,
                "Odoo's log has errors:\n" + "\n".join(install.problems[:10]),
                f"See {self.cache.log(log)}.",
            )
        return install

    def sql(self, database, *statements):
        """Run statements (text, or text and parameters); return the last one's rows."""
        pairs = [(item, []) if isinstance(item, str) else item for item in statements]
        return json.loads(self._run_sql(database, json.dumps(pairs)))

    def _run_sql(self, database, text):
        result = subprocess.run(
            [str(self.venv.python), str(SQL_CLIENT), database],
            input=text,
            capture_output=True,
            text=True,
            env={**os.environ, **self.server.connection.environ()},
            check=False,
        )
        if result.returncode:
            what = f"Ask PostgreSQL (database {database})"
            raise self.server.failure_of(what, result.stderr)
        return result.stdout

    def filestore(self, database):
        """The folder of a database's attachments."""
        return Path(self.data_folder, "filestore", database)
