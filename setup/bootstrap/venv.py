"""The virtual environment: Odoo's libraries and the checks, pinned and hashed."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

from . import apt, interpreter, processes
from .cache import MARKER
from .diagnosis import diagnose
from .project import SETUP, short_hash
from .report import Failure, console

LOCK = SETUP / "requirements.lock"
ENSUREPIP = "Install them (on Debian and Ubuntu: apt-get install python3-venv)."
SUPPORTED = ((3, 10), (3, 13))
#: Pip is silent while it unpacks, and while a registry does not answer.
SILENCE = 600


def find_python(environ=os.environ):
    """A Python that Odoo 19 runs on: ours, or another one of this machine."""
    chosen = environ.get("BACKFLUSH_PYTHON")
    candidates = [chosen] if chosen else [sys.executable, *interpreter.on_path(environ)]
    seen = {}
    for candidate in candidates:
        seen[candidate] = python_version(candidate)
        if is_supported(seen[candidate]):
            return candidate
    found = "\n".join(f"{path} ({_dotted(seen[path])})" for path in seen)
    remedy = "Install one of them, or set BACKFLUSH_PYTHON to its path."
    if chosen:
        remedy = (
            "BACKFLUSH_PYTHON names it: set that to one of them, or unset it to have\n"
            "one looked for."
        )
    raise Failure(
        "Find a Python for Odoo 19", f"It needs 3.10 to 3.13; found:\n{found}", remedy
    )


def is_supported(version):
    """Whether Odoo 19 runs on this version, given as ``(major, minor)``."""
    return bool(version) and SUPPORTED[0] <= tuple(version[:2]) <= SUPPORTED[1]


def python_version(python):
    """The ``(major, minor)`` of an interpreter, or None."""
    if python == sys.executable:
        return sys.version_info[:2]
    command = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.fullmatch(r"(\d+)\.(\d+)\s*", answer.stdout)
    return tuple(map(int, match.groups())) if match else None


def _dotted(version):
    return ".".join(map(str, version)) if version else "no Python that starts"


def locked_count(text):
    """How many packages a lock file holds for a machine like this one."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==[^;\n]*(;[^\n]*)?", text, re.MULTILINE)
    return len({name for name, marker in names if "win32" not in marker})


class Venv:
    """The environment in the cache, made where it is missing or out of date."""

    def __init__(self, cache):
        self.cache = cache
        self.base_python = find_python()
        self.name = f"venv-{self._key()}"
        self.folder = cache.path(self.name)
        self.python = self.folder / "bin" / "python"

    def _key(self):
        version = python_version(self.base_python)
        return short_hash(LOCK.read_bytes(), version, platform.machine())

    def is_missing(self):
        """Whether it has to be made; also when the Python it stands on is gone."""
        return not (self.python.exists() and self.cache.has(self.name))

    def prepare(self):
        """Make the environment unless it is there."""
        if not self.is_missing():
            return self
        if not self.python.exists():
            (self.folder / MARKER).unlink(missing_ok=True)
        title = f"Python libraries for Odoo and the checks ({self.base_python})"
        with console.step(title) as progress:
            self.cache.build(self.name, lambda _: self._make(progress), movable=False)
        return self

    def _make(self, progress):
        pip = self._create()
        progress("asking the package registry")
        self.pip_install(["-r", str(LOCK)], self.cache.log("pip"), progress, pip)

    def _create(self):
        """Create the environment; return the way to call pip in it."""
        command = [self.base_python, "-m", "venv", "--clear", str(self.folder)]
        code, output = processes.run(command, "Make a venv", check=False)
        if not code:
            return ["-m", "pip"]
        if "ensurepip" not in output or diagnose(output)[0]:
            raise processes.failure_of(
                "Make a virtual environment", command, code, output
            )
        # Debian keeps pip in a package of its own; a venv can do without that.
        processes.run([*command, "--without-pip"], "Make a virtual environment")
        return [str(self._pip_wheel())]

    def _pip_wheel(self):
        """Pip as a wheel that runs as it is, out of Debian's package."""
        try:
            folder = self.cache.build("pip", self._fetch_pip)
        except Failure as failure:
            raise Failure(
                "Make a virtual environment",
                f"This Python has no pip and no ensurepip. {failure.why}",
                ENSUREPIP,
            ) from failure
        return next(folder.rglob("pip-*.whl")) / "pip"

    def _fetch_pip(self, folder):
        private = apt.PrivateApt(self.cache, "pip", ENSUREPIP)
        for deb in private.fetch(["python3-pip-whl/sid"], folder):
            apt.unpack(deb, folder)

    def pip_install(self, arguments, log, progress, pip=("-m", "pip")):
        """Install what a lock file names, checked against its hashes."""
        total = locked_count(Path(arguments[-1]).read_text())
        counter = PipProgress(total, progress)
        processes.run(
            [
                *(self.python, *pip, "install", "--require-hashes", "--no-deps"),
                *("--only-binary", ":all:", "--disable-pip-version-check"),
                *("--no-compile", "--progress-bar", "off", *arguments),
            ],
            "Install the Python libraries",
            on_line=counter.feed,
            log=log,
            silence=SILENCE,
        )


class PipProgress:
    """Turns pip's lines into 'n of m'."""

    def __init__(self, total, tell):
        self.total, self.tell, self.count = total, tell, 0

    def feed(self, line):
        """Take one line of pip's output."""
        if line.startswith("Collecting "):
            self.count += 1
            name = line.split()[1].split("=")[0]
            self.tell(f"downloading {self.count} of {self.total}: {name}")
        elif line.startswith("WARNING: Retrying"):
            self.tell("no answer from the package registry, trying again")
        elif line.startswith("Installing collected"):
            self.tell("installing")
