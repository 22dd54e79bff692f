"""The parts of the tests: which runner a path belongs to, and how it is started."""

import itertools
import os
import subprocess
from pathlib import Path

from . import processes, results
from .databases import temporary_name
from .project import ADDON, COMPANIONS, ROOT

#: Tests that need no Odoo, by their folder.
PLAIN = {"engine": "tests/engine", "setup": "tests/setup"}
BORDER = "tests"
#: Tests in Odoo, by the variable of the database that they run on a copy of.
IN_ODOO = {
    "addon": "BACKFLUSH_DB_BARE",
    "companions": "BACKFLUSH_DB_COMPANIONS",
    "charts": "BACKFLUSH_DB_CHARTS",
}
#: Those with national charts of accounts beside the addon.
CHARTS = "tests/charts"
KINDS = (*PLAIN, *IN_ODOO, "border")
#: The addon's tests run in this many databases, side by side, and those with a browser
#: in one of their own: Odoo gives a page 20 seconds to be served, which a machine that
#: is busy with several processes does not keep.
SHARDS = 4
BROWSER = ("HttpCase", "BrowserCommon")
#: What long ones are started in time for, and the browser beside light ones.
ORDER = ("browser", "engine", "setup", "border", "addon", "companions", "charts")

_NO_TESTS = 5
_counter = itertools.count()


def kind_of(argument, root=ROOT):
    """The runner for a path on the command line; None for anything but a path."""
    if argument.startswith("-"):
        return None
    path = Path(argument.split("::")[0])
    absolute = path if path.is_absolute() else root / path
    if not absolute.exists() or root not in absolute.parents:
        return None
    relative = str(absolute.relative_to(root))
    for kind, folder in (*PLAIN.items(), ("charts", CHARTS)):
        if relative == folder or relative.startswith(f"{folder}/"):
            return kind
    return {BORDER: "border", COMPANIONS: "companions"}.get(
        relative.split("/")[0], "addon"
    )


def split(arguments, root=ROOT):
    """Share out arguments: ``({kind: paths}, options)``."""
    paths, options = {}, []
    for argument in arguments:
        kind = kind_of(argument, root)
        if kind:
            paths.setdefault(kind, []).append(argument)
        else:
            options.append(argument)
    return paths, options


def default_paths(kind, root=ROOT):
    """What a part runs when no path is given."""
    if kind in PLAIN:
        return [PLAIN[kind]]
    if kind == "charts":
        return [CHARTS] if (root / CHARTS).exists() else []
    if kind in IN_ODOO:
        folder = f"{COMPANIONS}/*" if kind == "companions" else ADDON
        found = sorted(root.glob(f"{folder}/tests"))
        return [str(path.relative_to(root)) for path in found]
    ignored = {Path(folder).name for folder in (*PLAIN.values(), CHARTS)} | {"bench"}
    return [
        f"{BORDER}/{path.name}"
        for path in sorted((root / BORDER).iterdir())
        if path.name not in ignored
        and (path.name.startswith("test_") or any(path.glob("**/test_*.py")))
    ]


def needs_browser(path):
    """Whether a file's tests are clicked through in a browser."""
    text = path.read_text()
    return any(word in text for word in BROWSER)


class Part:
    """One run of pytest over tests of one kind."""

    def __init__(self, kind, environment, paths, options, variables=None, label=None):
        self.kind = kind
        self.label = label or kind
        self.environment = environment
        self.paths, self.options = paths, options
        self.variables = variables or {}
        self.number = next(_counter)
        name = f"{kind}-{os.getpid()}-{self.number}"
        self.report = environment.cache.logs / f"report-{name}.xml"
        self.log = environment.cache.log(f"test-{self.label.replace('/', '-of-')}")

    def shards(self):
        """This part in pieces that can run side by side: the addon's test files."""
        if self.kind != "addon":
            return [self]
        files = [
            path
            for folder in self.paths
            for path in sorted((ROOT / folder).glob("test_*.py"))
        ]
        screens = [path for path in files if needs_browser(path)]
        plain = [path for path in files if path not in screens]
        return [
            self._piece("browser", screens),
            *(
                self._piece(f"addon {number + 1}/{SHARDS}", plain[number::SHARDS])
                for number in range(SHARDS)
            ),
        ]

    def _piece(self, label, files):
        """Some of the files of this part."""
        paths = [str(path.relative_to(ROOT)) for path in files]
        return Part(
            self.kind, self.environment, paths, self.options, self.variables, label
        )

    @property
    def turn(self):
        """Where the part comes in the order."""
        return ORDER.index(self.label.split()[0])

    def command(self, database=None):
        """The call of pytest."""
        command = [str(self.environment.venv.python), "-m", "pytest"]
        if database:
            command += [f"--odoo-database={database}", "--odoo-http"]
            command += ["--odoo-log-level=warn"]
        else:
            command += ["-p", "no:odoo"]
        return [*command, f"--junitxml={self.report}", *self.options, *self.paths]

    def run(self, databases=None, live=False):
        """Run the part and count."""
        if self.kind not in IN_ODOO:
            return self._run(None, live)
        # Pieces of one kind run side by side, each in a copy of its own.
        name = temporary_name(f"{self.kind}_{self.number}")
        databases.copy(self.variables[IN_ODOO[self.kind]], name)
        try:
            return self._run(name, live)
        finally:
            databases.drop(name)

    def _run(self, database, live):
        environ = {**os.environ, **self.variables}
        start = self._live if live else self._quiet
        code, output = start(self.command(database), environ)
        if code == _NO_TESTS and self.options:
            code = 0
        result = results.read_report(self.label, self.report, code, output)
        self.report.unlink(missing_ok=True)
        return result

    def _live(self, command, environ):
        process = processes.spawn(command, "Start pytest", cwd=ROOT, env=environ)
        try:
            return process.wait(), ""
        finally:
            processes.stop(process)

    def _quiet(self, command, environ):
        return processes.run(
            command,
            "Run pytest",
            check=False,
            cwd=ROOT,
            env=environ,
            log=self.log,
            stdin=subprocess.DEVNULL,
        )
