"""Days of the demo plant: its loops hold their limit, and feed the line or do not.

The long form: ``setup/bench kanban``.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("week.py")


@pytest.fixture
def days(backflush, demo_copy):
    """Work some days in a copy of the demo plant; what came of it."""

    def work(*options):
        command = [sys.executable, str(PROGRAM), demo_copy, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return work


def test_the_loops_of_the_plant_feed_the_line_within_their_limits(days):
    result = days("--seed=1", "--days=1")
    assert result["problems"] == []
    assert result["starved"] == {}
    assert result["vehicles"] >= 8
    assert result["containers"] > 4


def test_too_few_wheels_starve_the_line_and_say_so(days):
    result = days("--seed=1", "--days=2", "--resize=wheel=1")
    assert result["problems"] == []
    assert list(result["starved"]) == ["EUV-WHEEL"]
