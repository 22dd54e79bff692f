"""Programs of the machine that the checks need: a browser, npm, Docker Compose."""

import os
import shutil
import subprocess
from pathlib import Path

from . import apt, processes
from .project import SETUP, short_hash
from .report import Failure, console

#: The names under which Odoo's tests look for a browser.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")

PACKAGE_FILES = (SETUP / "package.json", SETUP / "package-lock.json")


def ensure_browser():
    """Have a browser: tests in it would be skipped without a word otherwise."""
    _ensure_program(BROWSERS, "chromium", "Find a browser for the browser tests")


def _ensure_program(names, package, purpose):
    """Have one of the programs on the path; install the package where none is."""
    if any(map(shutil.which, names)):
        return
    apt.install([package], purpose)
    if not any(map(shutil.which, names)):
        raise Failure(
            purpose,
            f"apt has installed {package}, yet the path (PATH) leads to none of:\n"
            f"{', '.join(names)}.",
            "Add the folder of the program to PATH.",
        )


def node_modules(cache):
    """The folder with prettier and its XML plugin, as the lock file names them."""
    name = f"node-{short_hash(*(path.read_bytes() for path in PACKAGE_FILES))}"
    folder = cache.path(name)
    if not cache.has(name):
        _ensure_program(["npm"], "npm", "Find npm for prettier")
        with console.step("Fetching prettier for the XML check"):
            cache.build(name, lambda path: _npm_install(path, cache))
    return folder / "node_modules"


def _npm_install(folder, cache):
    for path in PACKAGE_FILES:
        shutil.copy(path, folder)
    processes.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
        "Install prettier",
        cwd=folder,
        log=cache.log("npm"),
        silence=300,
    )


def docker_compose(cache):
    """The command of Docker Compose 2: the machine's own, else Debian's, unpacked."""
    for command in (["docker-compose"], ["docker", "compose"]):
        if _is_compose_2(command):
            return command
    folder = cache.path("docker-compose")
    if not cache.has("docker-compose"):
        with console.step("Fetching Docker Compose to check docker-compose.yml"):
            cache.build("docker-compose", lambda path: _fetch_compose(path, cache))
    programs = folder.rglob("docker-compose")
    return [str(next(path for path in programs if _is_program(path)))]


def _is_program(path):
    return path.is_file() and os.access(path, os.X_OK)


def _is_compose_2(command):
    if not shutil.which(command[0]):
        return False
    answer = subprocess.run(
        [*command, "version", "--short"], capture_output=True, text=True, check=False
    )
    return answer.returncode == 0 and not answer.stdout.lstrip("v").startswith("1.")


def _fetch_compose(folder, cache):
    otherwise = "Install Docker Compose 2 (docker-compose, or docker compose)."
    private = apt.PrivateApt(cache, "Docker Compose", otherwise)
    for deb in private.fetch(["docker-compose/sid"], Path(folder) / "downloads"):
        apt.unpack(deb, folder)
        deb.unlink()
