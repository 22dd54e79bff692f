"""From the output of a failed program to a reason and a remedy in plain words."""

import re

#: (what the output says, why it failed, what to do). The first match counts.
CAUSES = (
    (
        r"No space left on device|disk full|ENOSPC",
        "The disk is full.",
        "Free about 4 GB, or set BACKFLUSH_CACHE to a folder on another disk;\n"
        "then run the same command again.",
    ),
    (
        r"Temporary failure (in name resolution|resolving)|Could not resolve"
        r"|Network is unreachable|Connection refused|Connection timed out"
        r"|Could not connect|Name or service not known|NewConnectionError"
        r"|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ProxyError",
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


def diagnose(output):
    """Return ``(why, remedy)`` for a program's output; empty texts when unknown."""
    for pattern, why, remedy in CAUSES:
        if re.search(pattern, output, re.IGNORECASE):
            return why, remedy
    return "", ""


def last_lines(output, count=12):
    """The end of an output, without empty lines and pip's remarks on markers."""
    lines = [
        line
        for line in output.splitlines()
        if line.strip() and not line.startswith("Ignoring ")
    ]
    return "\n".join(lines[-count:])
