"""The checks of form: ruff, pylint-odoo, prettier for XML, Docker Compose's own."""

import os
from typing import NamedTuple

from . import machine, processes
from .project import ADDON, COMPANIONS, ROOT, companions
from .report import console


class Check(NamedTuple):
    """One program and the way it is called."""

    name: str
    command: list
    environ: dict = {}

    def run(self, log):
        """Run it; return whether all is well, and what it said."""
        code, output = processes.run(
            self.command,
            self.name,
            check=False,
            cwd=ROOT,
            env={**os.environ, **self.environ},
            log=log,
        )
        return code == 0, output


def addons(root=ROOT):
    """The addons of this project, relative to its root."""
    return [ADDON, *(f"{COMPANIONS}/{name}" for name in companions(root))]


def xml_files(root=ROOT):
    """The XML files of the addons, relative to the root."""
    paths = (path for addon in addons(root) for path in (root / addon).rglob("*.xml"))
    return sorted(str(path.relative_to(root)) for path in paths)


def checks(environment):
    """What has to be true of every file."""
    cache = environment.cache
    python = str(environment.venv.python)
    compose = machine.docker_compose(cache)
    result = [
        Check("ruff check", [python, "-m", "ruff", "check", "."]),
        Check("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        Check(
            "pylint-odoo",
            [python, "-m", "pylint", "--rcfile=.pylintrc", "-j", "2", *addons()],
        ),
        Check(
            "docker-compose config",
            [*compose, "-f", "docker-compose.yml", "config", "--quiet"],
        ),
    ]
    if xml_files():
        result.append(prettier(cache, "--check"))
    return result


def fixes(environment):
    """The same programs, told to put right what they can."""
    python = str(environment.venv.python)
    result = [
        Check("ruff format", [python, "-m", "ruff", "format", "."]),
        Check("ruff check --fix", [python, "-m", "ruff", "check", "--fix", "."]),
    ]
    if xml_files():
        result.append(prettier(environment.cache, "--write"))
    return result


def prettier(cache, mode):
    """Prettier with its XML plugin over the addons' files."""
    modules = machine.node_modules(cache)
    program = str(modules / ".bin" / "prettier")
    return Check(
        "prettier",
        [program, mode, "--log-level", "warn", *xml_files()],
        {"NODE_PATH": str(modules)},
    )


def run(environment, what=checks):
    """Run checks or fixes; print each result; return ``(passed, failed)`` counts."""
    passed = failed = 0
    for check in what(environment):
        log = environment.cache.log(f"lint-{check.name.replace(' ', '-')}")
        good, output = check.run(log)
        console.say(f"   {'ok    ' if good else 'FAILED'} {check.name}")
        if good:
            passed += 1
        else:
            failed += 1
            console.say(output)
    return passed, failed
