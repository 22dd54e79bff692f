"""Counting: what pytest's report says, and no skipped test without a reason."""

import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

from .project import SETUP

ALLOWED_SKIPS = SETUP / "allowed-skips.txt"


class Result(NamedTuple):
    """The outcome of one part of the tests."""

    name: str
    passed: int
    failed: int
    notes: tuple = ()
    output: str = ""

    @property
    def is_good(self):
        """Whether nothing failed."""
        return not self.failed


def closing_line(results):
    """The last line that ``setup/test`` prints."""
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    return f"{passed} passed, {failed} failed"


def allowed_skips(text=None):
    """The tests that may be skipped: one ``class::name`` a line, reason after #."""
    if text is None:
        text = ALLOWED_SKIPS.read_text() if ALLOWED_SKIPS.exists() else ""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return {line for line in lines if line}


def read_report(name, report, code, output="", allowed=None):
    """Turn pytest's JUnit report and exit code into a result.

    A skipped test counts as failed unless the list of allowed skips names it. A run
    that broke off, or found no test, has failed even when no test says so.
    """
    allowed = allowed_skips() if allowed is None else allowed
    passed, notes = 0, []
    for case in _cases(report):
        trouble = _trouble(case, allowed)
        if trouble:
            notes.append(trouble)
        else:
            passed += 1
    failed = len(notes)
    if code and not failed:
        failed, notes = 1, [f"pytest ended with code {code}"]
    return Result(name, passed, failed, tuple(notes), output)


def _cases(report):
    try:
        return list(ElementTree.parse(report).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return []


def _trouble(case, allowed):
    name = f"{case.get('classname')}::{case.get('name')}"
    for kind in ("failure", "error"):
        if case.find(kind) is not None:
            return f"{kind}: {name}"
    skipped = case.find("skipped")
    if skipped is None or skipped.get("type") == "pytest.xfail" or name in allowed:
        return None
    return f"skipped, which counts as failed: {name} ({skipped.get('message')})"
