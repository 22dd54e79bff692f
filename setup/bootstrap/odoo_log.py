"""Reading Odoo's log: how far an installation is, and what went wrong in it."""

import re

_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) (?P<database>\S+) "
    r"(?P<logger>\S+): (?P<message>.*)$"
)
_MODULE = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
_DEMO = re.compile(r"Module (\S+) demo data failed to install")


def parse(line):
    """``(level, logger, message)`` of a log line, or None for a continuation."""
    match = _LINE.match(line)
    if not match:
        return None
    return match.group("level"), match.group("logger"), match.group("message")


def module_progress(message):
    """``(module, index, total)`` where a module is being installed, or None."""
    match = _MODULE.search(message)
    if not match:
        return None
    return match.group(1), int(match.group(2)), int(match.group(3))


class InstallLog:
    """Follows an installation line by line."""

    def __init__(self, progress=lambda text: None):
        self.progress = progress
        self.problems = []

    def feed(self, line):
        """Take one line of Odoo's output."""
        entry = parse(line)
        if not entry:
            return
        level, _, message = entry
        module = module_progress(message)
        if module:
            name, index, total = module
            self.progress(f"module {index} of {total}: {name}")
        if level in ("ERROR", "CRITICAL") or _DEMO.search(message):
            self.problems.append(f"{level}: {message}")
