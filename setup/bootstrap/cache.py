"""The cache folder: everything that the set-up makes, and nothing half-made.

A thing is built in a temporary folder and renamed when it is complete. A thing that
cannot be moved (a virtual environment) is built in place; only a marker file written
last makes it count.
"""

import fcntl
import os
import pwd
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

from .diagnosis import failure_of_system
from .folders import default_folder, is_root
from .project import ROOT, short_hash
from .report import Failure, console

MARKER = ".complete"
UNUSED_DAYS = 30


class Account:
    """A user of this machine."""

    def __init__(self, entry):
        self.name, self.uid, self.gid = entry.pw_name, entry.pw_uid, entry.pw_gid


def service_account():
    """The account that PostgreSQL runs as: it refuses root. None means ourselves."""
    if not is_root():
        return None
    for name in ("postgres", "nobody"):
        try:
            return Account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise Failure(
        "Find an account for PostgreSQL",
        "It refuses to run as root, and there is no user 'postgres' or 'nobody'.",
        "Run the command as an ordinary user.",
    )


class Cache:
    """The folder, its locks, and building things in it."""

    def __init__(self, folder=None):
        self.folder = Path(folder or default_folder())
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.path("locks").mkdir(exist_ok=True)
            self.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise failure_of_system(
                f"Make the cache folder {self.folder}",
                error,
                "Set BACKFLUSH_CACHE to a folder that you may write.",
            ) from error

    def path(self, *parts):
        """A path in the cache."""
        return self.folder.joinpath(*parts)

    @property
    def logs(self):
        """The folder of this checkout's logs."""
        return self.path("logs", f"{ROOT.name}-{short_hash(ROOT)[:6]}")

    def log(self, name):
        """The path of a log file."""
        return self.logs / f"{name}.log"

    def has(self, name):
        """Whether a folder is there and complete; notes that it is in use."""
        marker = self.path(name, MARKER)
        if not marker.exists():
            return False
        os.utime(marker)
        return True

    def build(self, name, maker, movable=True):
        """Return the folder ``name``; make it with ``maker(folder)`` where missing."""
        final = self.path(name)
        if not self.has(name):
            with self.locked(f"build-{name}"):
                if not self.has(name):
                    self._make(final, maker, movable)
        return final

    def prune(self):
        """Remove libraries that nobody used for a month, and logs as old."""
        limit = time.time() - UNUSED_DAYS * 24 * 3600
        for marker in self.folder.glob(f"*-*/{MARKER}"):
            if marker.stat().st_mtime < limit:
                self._remove(marker.parent)
                self._remove(self.path("bytecode"))
        for log in self.path("logs").rglob("*"):
            if log.is_file() and log.stat().st_mtime < limit:
                log.unlink(missing_ok=True)

    def _make(self, final, maker, movable):
        folder = final.with_name(f"{final.name}.part") if movable else final
        self._remove(folder)
        folder.mkdir(parents=True)
        try:
            maker(folder)
            (folder / MARKER).touch()
        except OSError as error:
            self._remove(folder)
            raise failure_of_system(f"Make {final}", error) from error
        except BaseException:
            self._remove(folder)
            raise
        if movable:
            self._remove(final)
            folder.rename(final)

    @staticmethod
    def _remove(folder):
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def locked(self, name, patience=None, refusal=None):
        """Hold a lock alone. It ends with the process, however that ends."""
        with self._lock_file(name) as lock_file:
            self._acquire(lock_file, name, fcntl.LOCK_EX, patience, refusal)
            lock_file.truncate(0)
            lock_file.write(str(os.getpid()))
            lock_file.flush()
            yield lock_file

    @contextmanager
    def _lock_file(self, name):
        with self.path("locks", f"{name}.lock").open("a+") as lock_file:
            yield lock_file

    def _acquire(self, lock_file, name, kind, patience=None, refusal=None):
        started, told = time.monotonic(), False
        while not try_lock(lock_file, kind):
            if patience is not None and time.monotonic() - started >= patience:
                raise refusal or Failure(
                    f"Get the lock '{name}'",
                    "Another run of the set-up holds it.",
                    "Wait for it, or stop it.",
                )
            if not told:
                console.say(f"   waiting for another run of the set-up ({name})")
                told = True
            time.sleep(0.2)


def try_lock(lock_file, kind):
    """Take a file lock without waiting; say whether it worked."""
    try:
        fcntl.flock(lock_file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
