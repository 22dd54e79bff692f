"""Odoo itself: the one in ``ODOO_HOME``, else Debian's package in the cache."""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from . import apt
from .project import short_hash
from .report import Failure, console

PACKAGE = "odoo-19"

#: What the web client shows, from the release that Odoo's package belongs to.
SCRIPT_PACKAGES = ("libjs-jquery", "libjs-underscore", "libjs-jquery-form")
WEB_PACKAGES = (
    *SCRIPT_PACKAGES,
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)

#: Version 4.7 alone has the files that Odoo's links name; newer releases lack them.
OLD_WEB_PACKAGES = ("fonts-font-awesome/bookworm",)

#: Left out of Debian's package for its licence, yet named in the bundle of the web
#: client: without the file every test in a browser fails.
MISSING_FILES = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)

#: Links of Debian's package into the others, below the web client's ``static/lib``.
LINKED_FILES = (
    "jquery/jquery.js",
    "underscore/underscore.js",
    "jquery.form/jquery.form.js",
)

DIST_PACKAGES = Path("usr/lib/python3/dist-packages")


class OdooSource(NamedTuple):
    """An Odoo that can be started."""

    script: Path
    package_folder: Path
    version: str

    @property
    def addons_folder(self):
        """Odoo's own addons, where they stand beside the package in a source tree.

        Debian's package has such a folder, too: a second copy of the Python files
        alone, which no Odoo must load.
        """
        folder = self.package_folder / "addons"
        is_clone = self.script.parent == self.package_folder
        return folder if is_clone and folder.is_dir() else None

    def import_folder(self, cache):
        """The folder from which Python imports ``odoo``, and nothing else.

        An installed package shares its folder with the system's own libraries, which
        must not come before those of the virtual environment: a link stands for it.
        """
        if not (self.package_folder / "werkzeug").exists():
            return self.package_folder
        folder = cache.path("conf", f"import-{self.key}")
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / "odoo"
        if not link.exists():
            link.symlink_to(self.package_folder / "odoo")
        return folder

    @property
    def key(self):
        """Changes when the databases that this Odoo made are to be made again."""
        return short_hash(self.script, self.version)


def own_home():
    """The folder that the user named in ``ODOO_HOME``, or None."""
    home = os.environ.get("ODOO_HOME")
    return Path(home).expanduser().absolute() if home else None


def is_missing(cache):
    """Whether Odoo has to be fetched."""
    return not (own_home() or cache.has("odoo-19"))


def check(cache):
    """Say at once, before minutes of other work, that there will be no Odoo."""
    if own_home():
        at_home(own_home())
    elif is_missing(cache):
        _private_apt(cache).check()


def find(cache):
    """Return the Odoo to use; fetch it where there is none."""
    if own_home():
        return at_home(own_home())
    if is_missing(cache):
        with console.step("Fetching Odoo 19 from Debian") as progress:
            cache.build("odoo-19", lambda folder: _fetch(cache, folder, progress))
    return at_home(cache.path("odoo-19"))


def at_home(home):
    """Recognise a clone of Odoo's sources or the root folder of its package."""
    for script, package_folder in (
        (home / "odoo-bin", home),
        (home / "usr/bin/odoo", home / DIST_PACKAGES),
    ):
        if script.is_file() and (package_folder / "odoo" / "release.py").is_file():
            _check_links(home, package_folder)
            return OdooSource(script, package_folder, _version(home, package_folder))
    raise Failure(
        f"Use the Odoo in {home}",
        "There is neither 'odoo-bin' nor 'usr/bin/odoo' with its Python package.",
        "Set ODOO_HOME to a clone of Odoo's sources or to the folder into which its\n"
        "package was unpacked; or unset it to have Odoo fetched.",
    )


def _check_links(home, package_folder):
    """Refuse a Debian package without those that it needs: no page would open."""
    static = package_folder / "odoo" / "addons" / "web" / "static" / "lib"
    for name in LINKED_FILES:
        link = static / name
        if link.is_symlink() and not link.exists():
            raise Failure(
                f"Use the Odoo in {home}",
                f"Its file {link}\nis a link that leads nowhere: Debian's package was"
                " unpacked without those\nthat it needs.",
                f"Unpack {', '.join(SCRIPT_PACKAGES)}\ninto the same folder; or set"
                " ODOO_HOME to a clone of Odoo's sources; or unset it\nto have Odoo"
                " fetched.",
            )


def _version(home, package_folder):
    text = (package_folder / "odoo" / "release.py").read_text(encoding="utf-8")
    match = re.search(r"^version_info = \((\d+), (\d+)", text, re.MULTILINE)
    found = ".".join(match.groups()) if match else "unknown"
    if found != "19.0":
        raise Failure(
            f"Use the Odoo in {home}",
            f"It is version {found}; this addon is written for 19.0.",
            "Set ODOO_HOME to an Odoo 19.0, or unset it to have one fetched.",
        )
    return f"{found}-{_revision(home)}"


def _revision(home):
    version_file = home / "package-version"
    if version_file.exists():
        return version_file.read_text().strip()
    if not (home / ".git").exists():
        return "unversioned"
    git = subprocess.run(
        ["git", "-C", str(home), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return git.stdout.strip() or "unversioned"


def _private_apt(cache):
    otherwise = (
        "Set ODOO_HOME to the folder of an Odoo 19 that you have\n"
        "(a clone of its sources or an unpacked package)."
    )
    return apt.PrivateApt(cache, "Odoo", otherwise)


def _fetch(cache, folder, progress):
    downloads = folder / "downloads"
    wanted = [f"{name}/sid" for name in (PACKAGE, *WEB_PACKAGES)]
    debs = _private_apt(cache).fetch([*wanted, *OLD_WEB_PACKAGES], downloads, progress)
    for deb in debs:
        apt.unpack(deb, folder, progress)
        if deb.name.startswith(PACKAGE):
            (folder / "package-version").write_text(deb.name.split("_")[1])
        deb.unlink()
    downloads.rmdir()
    _add_missing_files(folder / DIST_PACKAGES / "odoo" / "addons")


def _add_missing_files(addons):
    for name in MISSING_FILES:
        path = addons / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
