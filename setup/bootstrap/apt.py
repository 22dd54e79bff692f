"""Debian packages without root: a private apt that leaves the machine's own alone.

Packages are downloaded and unpacked into a folder; nothing is installed. Where the
machine itself needs a program (Chromium, npm), ``install`` asks the machine's apt,
which only root may do.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import processes
from .apt_sources import all_entries, debian_mirror
from .folders import is_root
from .report import Failure, console

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)

#: The release that has Odoo, and one that has fonts which newer releases dropped.
SUITES = ("sid", "bookworm")

#: Apt tells several times a second how far it is; with a full disk it never ends.
SILENCE = 120

#: Unpacked beside nothing we use: a second copy of the Python files, and manuals.
_LEFT_OUT = ("./usr/lib/python3/dist-packages/addons", "./usr/share/doc")

_PROGRESS = re.compile(r"^dlstatus:\d+:([\d.]+):(.*)$")


def download_progress(line):
    """The percentage in a line of apt's status output, or None."""
    match = _PROGRESS.match(line)
    return float(match.group(1)) if match else None


class PrivateApt:
    """An apt of our own over the mirror that the machine uses.

    ``what`` is fetched; ``otherwise`` says what to do where that cannot be.
    """

    def __init__(self, cache, what, otherwise):
        self.cache = cache
        self.what, self.otherwise = what, otherwise
        self.folder = cache.path("apt")

    def fetch(self, packages, target, progress=lambda text: None):
        """Download packages into the folder ``target`` and return their files."""
        self.check()
        target.mkdir(parents=True, exist_ok=True)
        with self.cache.locked("apt"):
            progress("reading Debian's lists of packages")
            self._update()
            self._download(packages, target, progress)
        return sorted(target.glob("*.deb"))

    def _update(self):
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "sources.list").write_text(self._sources())
        (self.folder / "apt.conf").write_text(self._configuration())
        self._apt("update", "--error-on=any", what="Fetch Debian's lists of packages")

    def _download(self, packages, target, progress):
        names = ", ".join(packages)

        def on_line(line):
            percent = download_progress(line)
            if percent is not None:
                progress(f"downloading: {percent:.0f} %")

        self._apt(
            *("-o", "APT::Status-Fd=1", "download", *packages),
            what=f"Download the Debian packages {names}",
            on_line=on_line,
            cwd=target,
        )

    def _apt(self, *arguments, what, on_line=None, cwd=None):
        processes.run(
            ["apt-get", "-q", *arguments],
            what,
            on_line=on_line,
            cwd=cwd,
            silence=SILENCE,
            env={**os.environ, "APT_CONFIG": str(self.folder / "apt.conf")},
            remedy=self.otherwise,
        )

    def check(self):
        """Refuse where there is no apt, or where it knows no Debian mirror."""
        self._check_programs()
        self._sources()

    def _check_programs(self):
        for program in ("apt-get", "dpkg-deb", "tar"):
            if not shutil.which(program):
                raise Failure(
                    f"Fetch {self.what} from Debian",
                    f"This machine has no '{program}': it is not a Debian.",
                    self.otherwise,
                )

    def _sources(self):
        mirror = os.environ.get("BACKFLUSH_DEBIAN_MIRROR")
        mirror = mirror or debian_mirror(all_entries())
        keyring = next((path for path in KEYRINGS if Path(path).exists()), None)
        if not mirror:
            raise Failure(
                f"Find a Debian mirror to fetch {self.what} from",
                "This machine's apt sources (/etc/apt) name none.",
                "Set BACKFLUSH_DEBIAN_MIRROR to the address of one. Or:\n"
                f"{self.otherwise}",
            )
        if not keyring:
            raise Failure(
                f"Find Debian's keyring, by which {self.what} is checked",
                f"There is neither {' nor '.join(KEYRINGS)}.",
                f"Install the package debian-archive-keyring. Or:\n{self.otherwise}",
            )
        return "".join(
            f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in SUITES
        )

    def _configuration(self):
        folder = self.folder
        lines = [
            f'Dir::Etc::SourceList "{folder}/sources.list";',
            'Dir::Etc::SourceParts "/dev/null";',
            f'Dir::State::Lists "{folder}/lists";',
            f'Dir::Cache "{folder}/cache";',
            'Dir::State::status "/dev/null";',
            'Acquire::Languages "none";',
            'Acquire::Retries "3";',
            'Acquire::http::Timeout "30";',
            'Acquire::https::Timeout "30";',
        ]
        if is_root():
            lines.append('APT::Sandbox::User "root";')
        return "\n".join(lines) + "\n"


def unpack(deb, target, progress=lambda text: None):
    """Unpack a package into a folder, without what nobody uses."""
    excluded = [f"--exclude={path}" for path in _LEFT_OUT]
    count = 0

    def on_line(line):
        nonlocal count
        count += 1
        if count % 500 == 0:
            progress(f"unpacking {deb.name.split('_')[0]}: {count} files")

    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(deb)],
        stdout=subprocess.PIPE,
        # It complains when we are stopped; what matters, tar says as well.
        stderr=subprocess.DEVNULL,
    ) as source:
        processes.run(
            ["tar", "-x", "-v", "--no-same-owner", *excluded, "-C", target],
            f"Unpack {deb.name}",
            on_line=on_line,
            stdin=source.stdout,
        )


def install(packages, purpose):
    """Install packages on this machine: as root through apt, else say what to do."""
    names = ", ".join(packages)
    command = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Failure(
            purpose,
            f"This machine lacks {names}, and has no apt-get to add it.",
            f"Install {names} with the machine's own means.",
        )
    if not is_root():
        raise Failure(
            purpose,
            f"This machine lacks {names}, and only root may add it.",
            f"Run as root: {command}",
        )
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with console.step(f"Installing {names} on this machine") as progress:
        for arguments in (
            ["update"],
            ["install", "-y", "--no-install-recommends", *packages],
        ):
            processes.run(
                ["apt-get", "-q", *arguments],
                purpose,
                on_line=progress,
                # A source of the machine's that does not answer may not be needed.
                check=arguments[0] == "install",
                env=environ,
                remedy=f"Run by hand: {command}",
            )
