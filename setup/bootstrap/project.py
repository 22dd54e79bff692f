"""What this project is: its folders, its addon and what the addon stands on."""

import ast
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "setup"
ADDON = "backflush_costing"
#: The folder of the optional addons that join it to others.
COMPANIONS = "addons"

#: Installed in the cached template; the addon comes on top of it.
BASE_MODULES = ("mrp_account", "purchase_stock", "sale_stock", "sale_management")

#: National charts of accounts that the addon is tested with: an Anglo-Saxon one, and a
#: continental one whose stock account Odoo's closing rebooks.
CHART_MODULES = ("l10n_uk", "l10n_de")

DATABASE = "backflush"
PORT = 8069
LOGIN = PASSWORD = "admin"

#: A change in these does not change what is installed in a database.
_NOT_INSTALLED = {"tests", "readme", "__pycache__"}
_NOT_INSTALLED_SUFFIXES = {".pyc", ".md", ".pot", ".toml"}


def addons_path(root=ROOT):
    """The folders in which Odoo looks for the project's addons."""
    return [root, *([root / COMPANIONS] if companions(root) else [])]


def companions(root=ROOT):
    """The addons that join the addon to others, by name."""
    manifests = sorted((root / COMPANIONS).glob("*/__manifest__.py"))
    return [path.parent.name for path in manifests]


def companion_modules(root=ROOT):
    """What to install so that every companion is there.

    What the companions depend on, and those of them that do not install themselves.
    """
    own = companions(root)
    modules = set()
    for name in own:
        manifest = root / COMPANIONS / name / "__manifest__.py"
        facts = ast.literal_eval(manifest.read_text())
        modules.update(set(facts["depends"]) - {ADDON, *own})
        if not facts.get("auto_install"):
            modules.add(name)
    return sorted(modules)


def addon_files(root=ROOT, addon=ADDON):
    """The files of the addon that end up in a database or in its code."""
    folder = root / addon
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not _is_ignored(relative):
            yield path


def _is_ignored(relative):
    return bool(
        _NOT_INSTALLED.intersection(relative.parts)
        or relative.suffix in _NOT_INSTALLED_SUFFIXES
    )


def companions_hash(root=ROOT):
    """:func:`addon_hash` of all companions."""
    names = companions(root)
    return short_hash(*(addon_hash(root, f"{COMPANIONS}/{name}") for name in names))


def addon_hash(root=ROOT, addon=ADDON):
    """A key that changes when a database has to be upgraded."""
    digest = hashlib.sha256()
    for path in addon_files(root, addon):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def short_hash(*parts):
    """A short key over texts and bytes, in their order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:12]
