"""Databases: a cached template with Odoo's modules, and quick copies of it.

The template has what the addon stands on, but not the addon. The addon is installed on
a copy. Each database carries a comment that says what it was made from, so that a
later start knows whether it is still good.
"""

import json
import os
import platform
import re
import shutil
from datetime import date
from pathlib import Path

from . import disk
from .cache import UNUSED_DAYS
from .folders import default_folder
from .project import (
    ADDON,
    BASE_MODULES,
    CHART_MODULES,
    ROOT,
    addon_hash,
    companion_modules,
    companions,
    companions_hash,
    short_hash,
)
from .report import Failure, console
from .venv import LOCK

#: Databases under these names are ours to drop.
PREFIX = "backflush_"


def temporary_name(purpose):
    """A name that says which process of which machine the database belongs to."""
    return f"{_temporary_prefix()}{os.getpid()}_{purpose}"


def _temporary_prefix():
    # A server that PGHOST names may be shared by machines, each with its processes.
    return f"{PREFIX}tmp_{short_hash(platform.node(), default_folder())[:6]}_"


def owner_of(name):
    """The process of this machine that a temporary database belongs to, or None."""
    match = re.match(rf"{_temporary_prefix()}(\d+)_", name)
    return int(match.group(1)) if match else None


def quoted(name):
    """A database name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def check_name(name):
    """Refuse names that Odoo or a shell would stumble over."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", name):
        raise Failure(
            f"Use the database name '{name}'",
            "A name has letters, digits, '_', '.' and '-', and at most 63 of them.",
            "Give another one with --database.",
        )
    return name


class Databases:
    """Makes, copies and drops the databases of an environment."""

    def __init__(self, environment):
        self.environment = environment
        self.cache = environment.cache

    # -- plain operations ----------------------------------------------------------

    def names(self):
        """The databases of the server."""
        rows = self._admin("SELECT datname FROM pg_database WHERE NOT datistemplate")
        return [name for (name,) in rows]

    def exists(self, name):
        """Whether a database is there."""
        return name in self.names()

    def drop(self, name):
        """Remove a database and its attachments."""
        self._admin(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
        shutil.rmtree(self.environment.filestore(name), ignore_errors=True)

    def copy(self, source, target):
        """Copy a database and its attachments; an older target is replaced."""
        self.drop(target)
        with self.cache.locked(f"copy-{source}"):
            self._admin(f"CREATE DATABASE {quoted(target)} TEMPLATE {quoted(source)}")
        link_tree(
            self.environment.filestore(source), self.environment.filestore(target)
        )

    def rename(self, source, target):
        """Rename a database and its attachments; an older target is replaced."""
        self.drop(target)
        old, new = map(self.environment.filestore, (source, target))
        if old.exists():
            old.rename(new)
        self._admin(f"ALTER DATABASE {quoted(source)} RENAME TO {quoted(target)}")

    def facts(self, name):
        """What a database was made from: the JSON in its comment."""
        rows = self._admin(
            (
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                " WHERE datname = %s",
                [name],
            )
        )
        return read_comment(rows[0][0] if rows else None)[0]

    def note(self, name, facts):
        """Write what a database was made from, and that it is in use."""
        statement = f"COMMENT ON DATABASE {quoted(name)} IS %s"
        comment = {"facts": facts, "used": date.today().isoformat()}
        self._admin((statement, [json.dumps(comment)]))

    def _admin(self, *statements):
        return self.environment.sql("postgres", *statements)

    # -- made databases ------------------------------------------------------------

    def template(self):
        """The cached database without the addon; made where it is missing.

        Without Odoo's own demo data, also where the plant is wanted: the addon
        brings all that the plant needs, and the ledger holds nothing else.
        """
        parts = (self.environment.odoo.key, LOCK.read_bytes(), BASE_MODULES)
        # The attachments lie in the cache: a template is no good beside another one.
        key = short_hash(*parts, self.cache.folder)
        name = f"{PREFIX}template_{key}"
        with self.cache.locked(name):
            if not self.exists(name):
                self.make(name, self._install_base, {})
            self.note(name, {})
        return name

    def with_addon(self, demo):
        """The cached database with the addon; made again when the addon changed."""
        template = self.template()
        facts = self.addon_facts(template, demo)
        name = f"{PREFIX}addon_{_kind(demo)}_{short_hash(ROOT)[:6]}"
        with self.cache.locked(name):
            if not self.exists(name) or self.facts(name) != facts:
                self.make(
                    name,
                    lambda part: self.install_addon(template, part, demo),
                    facts,
                )
            self.note(name, facts)
        return name

    def with_companions(self):
        """The cached database with the addon, its companions and what they join.

        A copy of the addon's own: there the addon stays alone.
        """
        bare = self.with_addon(demo=False)
        facts = {**self.facts(bare), "companions": companions_hash()}
        name = f"{PREFIX}addon_companions_{short_hash(ROOT)[:6]}"
        with self.cache.locked(name):
            if not self.exists(name) or self.facts(name) != facts:
                self.make(
                    name, lambda part: self._install_companions(bare, part), facts
                )
            self.note(name, facts)
        return name

    def with_charts(self):
        """The cached database with the addon and national charts of accounts.

        A copy of the addon's own: the modules bring charts, companies load them.
        """
        bare = self.with_addon(demo=False)
        facts = {**self.facts(bare), "charts": list(CHART_MODULES)}
        name = f"{PREFIX}addon_charts_{short_hash(ROOT)[:6]}"
        with self.cache.locked(name):
            if not self.exists(name) or self.facts(name) != facts:
                self.make(name, lambda part: self._install_charts(bare, part), facts)
            self.note(name, facts)
        return name

    def _install_charts(self, bare, name):
        modules = ",".join(CHART_MODULES)
        with console.step("Installing national charts of accounts") as progress:
            self.copy(bare, name)
            self._odoo(name, ["-i", modules], f"Install {modules}", progress)

    def _install_companions(self, bare, name):
        modules = companion_modules()
        with console.step(f"Installing the companions of {ADDON}") as progress:
            self.copy(bare, name)
            what = f"Install {', '.join(modules)}"
            self._odoo(name, ["-i", ",".join(modules)], what, progress)
            self._check_companions(name)

    def _check_companions(self, name):
        """Most companions install themselves beside what they join."""
        statement = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        installed = {row[0] for row in self.environment.sql(name, statement)}
        missing = [addon for addon in companions() if addon not in installed]
        if missing:
            raise Failure(
                f"Install {', '.join(missing)}",
                "Odoo did not install it beside what it depends on.",
                "See 'depends' and 'auto_install' in its manifest.",
            )

    def addon_facts(self, template, demo):
        """What a database with the addon is made from."""
        return {"template": template, "addon": addon_hash(), "demo": demo}

    def install_addon(self, template, name, demo):
        """Copy the template and install the addon on the copy."""
        kind = "with its demo data" if demo else "without demo data"
        with console.step(f"Installing {ADDON} {kind}") as progress:
            self.copy(template, name)
            self._odoo(name, ["-i", ADDON], f"Install {ADDON}", progress, demo)

    def upgrade_addon(self, name):
        """Upgrade the addon in a database."""
        with console.step(f"Upgrading {ADDON} in '{name}'") as progress:
            self._odoo(name, ["-u", ADDON], f"Upgrade {ADDON}", progress)

    def make(self, name, maker, facts):
        """Have ``maker`` make a database that appears only when it is complete."""
        part = temporary_name("make")
        self.environment.server.require_room(disk.DATABASE)
        try:
            maker(part)
            self.note(part, facts)
            self.rename(part, name)
        except BaseException:
            self.drop(part)
            raise

    def _install_base(self, name):
        title = "Installing Odoo's modules (once; takes a minute or two)"
        with console.step(title) as progress:
            encoding = "ENCODING 'UTF8' TEMPLATE template0"
            self._admin(f"CREATE DATABASE {quoted(name)} {encoding}")
            arguments = ["-i", ",".join(BASE_MODULES)]
            self._odoo(name, arguments, "Install Odoo's modules", progress)
            self._check_chart(name)

    def _odoo(self, name, arguments, what, progress, demo=False):
        demo_option = ["--with-demo"] if demo else []
        self.environment.run_odoo(
            ["-d", name, *arguments, *demo_option, "--stop-after-init", "--no-http"],
            f"{what} in the database '{name}'",
            f"install-{name}",
            progress,
        )

    def _check_chart(self, name):
        rows = self.environment.sql(
            name, "SELECT chart_template FROM res_company ORDER BY id LIMIT 1"
        )
        if not rows or not rows[0][0]:
            raise Failure(
                "Load a chart of accounts",
                "Odoo installed its modules without one.",
                "Remove the database and run again.",
            )

    # -- tidying up ----------------------------------------------------------------

    def drop_leftovers(self):
        """Drop what killed processes left, and copies that nobody used for long."""
        statement = (
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        )
        for name, comment in self._admin(statement):
            if is_leftover(name) or is_outdated(name, comment):
                self.drop(name)


def read_comment(comment):
    """``(facts, date of the last use)`` from a database's comment."""
    try:
        entry = json.loads(comment)
        return entry["facts"], date.fromisoformat(entry["used"])
    except (KeyError, TypeError, ValueError):
        return {}, None


def is_leftover(name):
    """Whether it is a temporary database of a process that is no more."""
    owner = owner_of(name)
    return bool(owner) and not Path("/proc", str(owner)).exists()


def is_outdated(name, comment, today=None):
    """Whether it is a template or a copy for tests that was not used for long."""
    if not name.startswith((f"{PREFIX}template_", f"{PREFIX}addon_")):
        return False
    used = read_comment(comment)[1]
    return bool(used) and ((today or date.today()) - used).days > UNUSED_DAYS


def _kind(demo):
    return "demo" if demo else "bare"


def link_tree(source, target):
    """Copy a tree by hard links: Odoo never changes an attachment's file."""
    if source.exists():
        shutil.copytree(source, target, copy_function=_link)


def _link(source, target, **options):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
