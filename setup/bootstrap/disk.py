"""Room on the disk: asked for before a step begins, named when it ran out.

A disk that fills up while a program works is not always an error that comes back: apt
has been seen to wait for ever. So what is needed is compared with what is free first.
"""

import shutil
import tempfile
from pathlib import Path

from .folders import default_folder
from .report import Failure

#: How programs say that a disk is full, or a user's share of it.
FULL = (
    r"No space left on device|disk full|ENOSPC|enough free (disk )?space"
    r"|quota exceeded|EDQUOT"
)

#: What is made, in MB: measured, with some margin. A database counts its journal.
LIBRARIES, SOURCES, CLUSTER, DATABASE = 270, 1330, 250, 120

REMEDY = (
    "Free some space (all of it takes about 2 GB, with the tests 3 GB), or set\n"
    "BACKFLUSH_CACHE to a folder on a larger disk; then run the same command again:\n"
    "it goes on."
)


def free(folder):
    """The free space where a folder is or would be, in MB."""
    folder = Path(folder)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free // 2**20


def in_words():
    """How much is free at the moment in the two folders that the set-up fills."""
    folders = (default_folder(), Path(tempfile.gettempdir()))
    figures = ", ".join(f"{free(folder):,} MB in {folder}" for folder in folders)
    return f"Free at the moment: {figures}."


def require(folder, needs):
    """Refuse to begin where ``{thing: MB}`` would not fit."""
    needed, left = sum(needs.values()), free(folder)
    if needed <= left:
        return
    things = ", ".join(f"{thing} {size:,} MB" for thing, size in needs.items())
    raise Failure(
        f"Find room in {folder}",
        f"The disk is full: {needed:,} MB are needed ({things}), {left:,} MB are free.",
        REMEDY,
    )
