"""From the output of a failed program to a reason and a remedy in plain words."""

import re

from . import disk
from .report import Failure

LINE_WIDTH = 200

#: (what the output says, why it failed, what to do). The first match counts.
CAUSES = (
    (
        disk.FULL,
        "The disk is full.",
        disk.REMEDY,
    ),
    (
        r"connection to server (on socket|at) |server closed the connection"
        r"|the database system is (starting|shutting|not yet|in recovery)",
        "PostgreSQL does not answer.",
        "Run the same command again. Where it stays so, look into its log: the file\n"
        "server.log in the folder postgres-... of the cache.",
    ),
    (
        r"Temporary failure (in name resolution|resolving)|Could not resolve"
        r"|Network is unreachable|Connection refused|Connection timed out"
        r"|Could not connect|Name or service not known|NewConnectionError"
        # As words: a ModuleNotFoundError has one of these inside.
        r"|\b(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT)\b|ProxyError",
        "The package registry cannot be reached: no network, or a proxy is missing.",
        "Check the connection and the machine's own settings of apt, pip or npm;\n"
        "then run the same command again: it goes on where it stopped.",
    ),
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES",
        "A downloaded package is not the one that the lock file names.",
        "Ask whoever runs the package mirror; do not ignore it.",
    ),
    (
        r"\(from versions: none\)",
        "The package registry offered nothing: it cannot be reached, or has no build\n"
        "for this Python and machine.",
        "Check the connection and pip's settings; use CPython 3.10 to 3.13 on x86_64.",
    ),
    (
        r"No matching distribution found|Could not find a version that satisfies",
        "The package registry has no build of a library for this Python and machine.",
        "Use CPython 3.10 to 3.13 on x86_64, or set BACKFLUSH_PYTHON to such a Python.",
    ),
    (
        r"No module named '?venv",
        "This Python lacks the module venv.",
        "Install it (on Debian and Ubuntu: apt-get install python3-venv), or set\n"
        "BACKFLUSH_PYTHON to a Python that has it.",
    ),
    (
        r"Address already in use",
        "The port is taken by another program.",
        "Give another one with --port.",
    ),
    (
        r"Permission denied|EACCES",
        "A file or folder may not be read or written.",
        "Check who owns the cache folder, or set BACKFLUSH_CACHE to one of your own.",
    ),
    (
        r"could not access the server configuration|could not open shared memory",
        "PostgreSQL could not start.",
        "Look into its log in the cache folder.",
    ),
)


#: Progress and remarks that would push the reason out of sight.
_BY_LINE = re.IGNORECASE | re.MULTILINE
_NOISE = re.compile(r"\s*$|Ignoring |dlstatus:|\./|WARNING: Retrying|\s*Downloading ")


def diagnose(output):
    """Return ``(why, remedy)`` for a program's output; empty texts when unknown."""
    for pattern, why, remedy in CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            if pattern is disk.FULL:
                why = f"{why} {disk.in_words()}"
            return why, remedy
    return "", ""


def failure_of_system(what, error, remedy=""):
    """The failure of a call to the operating system."""
    why, known_remedy = diagnose(str(error))
    reason = f"{why}\nThe system said: {error}" if why else str(error)
    return Failure(what, reason, known_remedy or remedy)


def excerpt(output, count=2):
    """The lines of an output that name a known cause, else its end."""
    for pattern, _, _ in CAUSES:
        found = [
            _around(match.group(), match.start("cause"))
            for match in re.finditer(rf"^.*?(?P<cause>{pattern}).*$", output, _BY_LINE)
        ]
        if found:
            return "\n".join(found[-count:])
    return last_lines(output)


def last_lines(output, count=12):
    """The end of an output, without progress and pip's remarks on markers."""
    lines = [line for line in output.splitlines() if not _NOISE.match(line)]
    return "\n".join(_around(line) for line in lines[-count:])


def _around(line, position=0):
    """As much of a line as a person reads, with what stands at the position."""
    start = max(0, min(position - LINE_WIDTH // 2, len(line) - LINE_WIDTH))
    part = line[start : start + LINE_WIDTH]
    before = "..." if start else ""
    after = "..." if start + LINE_WIDTH < len(line) else ""
    return f"{before}{part}{after}"
