"""Where the cache lies."""

import os
from pathlib import Path


def is_root():
    """Whether this process may do everything."""
    return os.geteuid() == 0


def default_folder(environ=os.environ, root=None):
    """Where the cache lies: outside the checkout, and reachable for PostgreSQL."""
    if environ.get("BACKFLUSH_CACHE"):
        return Path(environ["BACKFLUSH_CACHE"]).expanduser().absolute()
    if is_root() if root is None else root:
        return Path("/var/cache/backflush_costing")
    home = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "backflush_costing"
