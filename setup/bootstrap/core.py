"""Odoo's own tests of manufacturing and stock, with the addon and without it.

Both runs load every installed module before the first test, so that tests which Odoo
itself runs in the middle of an installation meet the addon, too. A test that is red in
both runs is Odoo's affair; one that is red with the addon alone is ours.
"""

import threading
import xml.etree.ElementTree as ElementTree

from . import machine, processes
from .contract import environ_of
from .databases import Databases, temporary_name
from .project import ROOT
from .report import console
from .results import Result

MODULES = ("stock", "stock_account", "mrp", "mrp_account")


def compare(environment):
    """Run both and return what turned red."""
    machine.ensure_browser()
    databases = Databases(environment)
    databases.drop_leftovers()
    bare = databases.with_addon(demo=False)
    core = databases.template(demo=False)
    variables = environ_of(environment, demo=bare, bare=bare, core=core)
    runs = [
        CoreRun(environment, databases, "without the addon", core, variables),
        CoreRun(environment, databases, "with the addon", bare, variables),
    ]
    title = f"Odoo's own tests of {', '.join(MODULES)}, twice (takes long)"
    with console.step(title) as progress:
        _run_all(runs, progress)
    for run in runs:
        console.say(f"   {run.name}: {run.summary()}; log: {run.log}")
    without, with_addon = (run.outcomes() for run in runs)
    return _result(without, _second_chance(runs[1], without, with_addon))


def _second_chance(run, without, with_addon):
    """Run again, alone, what turned red: a tour in a browser may just be slow."""
    red = turned_red(without, with_addon)
    if not red:
        return with_addon
    with console.step(f"Running {len(red)} tests again with the addon"):
        run.run({name.split("::")[1].split("[")[0] for name in red})
    if run.failure:
        raise run.failure
    again = run.outcomes()
    return {**with_addon, **{name: again.get(name) for name in red}}


def turned_red(without, with_addon):
    """The tests that passed without the addon and do not pass with it."""
    return sorted(
        name
        for name, outcome in without.items()
        if outcome == "passed" and with_addon.get(name) != "passed"
    )


def _result(without, with_addon):
    red = turned_red(without, with_addon)
    passed = sum(outcome == "passed" for outcome in with_addon.values())
    notes = [f"red with the addon, not without: {name}" for name in red]
    if not passed:
        notes.append("no test of Odoo's ran")
    return Result("core", passed, len(notes), tuple(notes))


def _run_all(runs, progress):
    threads = [threading.Thread(target=run.run, daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(0.5)
        threads[1].join(0.5)
        progress("; ".join(f"{run.name}: {run.percent or 'starting'}" for run in runs))
    for run in runs:
        if run.failure:
            raise run.failure


class CoreRun:
    """One run of Odoo's tests on a copy of a database."""

    def __init__(self, environment, databases, name, source, variables):
        self.environment, self.databases = environment, databases
        self.name, self.source, self.variables = name, source, variables
        key = name.split()[0]
        self.database = temporary_name(f"core_{key}")
        self.log = environment.cache.log(f"core-{key}")
        self.report = environment.cache.logs / f"core-{key}.xml"
        self.percent = ""
        self.failure = None

    def run(self, names=()):
        """Copy the database, run the tests (or those named), drop the copy."""
        try:
            self.report.unlink(missing_ok=True)
            self.databases.copy(self.source, self.database)
            self._pytest(names)
        except BaseException as failure:
            self.failure = failure
        finally:
            self.databases.drop(self.database)

    def _pytest(self, names):
        addons = self.environment.odoo.package_folder / "odoo" / "addons"
        beside = self.environment.odoo.addons_folder or addons
        folders = [
            next(path for path in (addons / name, beside / name) if path.is_dir())
            for name in MODULES
        ]
        chosen = ["-k", " or ".join(sorted(names))] if names else []
        processes.run(
            [
                *(self.environment.venv.python, "-m", "pytest", "-q"),
                *("-c", ROOT / "pyproject.toml", "--odoo-http", "--tb=short"),
                f"--odoo-database={self.database}",
                f"--junitxml={self.report}",
                *chosen,
                *(folder / "tests" for folder in folders),
            ],
            "Run Odoo's tests",
            on_line=self._on_line,
            log=self.log,
            check=False,
            env=self.variables,
            cwd=ROOT,
        )

    def _on_line(self, line):
        if line.endswith("%]"):
            self.percent = line[line.rindex("[") + 1 : -1].strip()

    def outcomes(self):
        """``{test: 'passed', 'failed' or 'skipped'}``."""
        return read_outcomes(self.report)

    def summary(self):
        """The counts in words."""
        found = list(self.outcomes().values())
        return ", ".join(
            f"{found.count(kind)} {kind}" for kind in ("passed", "failed", "skipped")
        )


def read_outcomes(report):
    """Read a JUnit report; a missing one holds no tests."""
    try:
        cases = ElementTree.parse(report).getroot().iter("testcase")
    except (OSError, ElementTree.ParseError):
        return {}
    outcomes = {}
    for case in cases:
        name = f"{case.get('classname')}::{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            outcomes[name] = "failed"
        elif case.find("skipped") is not None:
            outcomes.setdefault(name, "skipped")
        else:
            outcomes.setdefault(name, "passed")
    return outcomes
