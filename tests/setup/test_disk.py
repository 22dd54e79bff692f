"""A disk that is full: asked for before, said afterwards, nothing half-made."""

import errno
import os
import subprocess
import sys

import pytest

from bootstrap import disk, processes
from bootstrap.cache import Cache
from bootstrap.project import SETUP
from bootstrap.report import Failure

FULL_DEVICE = "/dev/full"


def test_a_step_that_would_not_fit_is_refused_with_both_figures(tmp_path):
    with pytest.raises(Failure) as caught:
        disk.require(tmp_path / "not" / "yet", {"Odoo": 10**9, "databases": 10**6})
    left = disk.free(tmp_path)
    assert "1,001,000,000 MB are needed" in caught.value.why
    assert "Odoo 1,000,000,000 MB" in caught.value.why
    assert left > 0 and " MB are free" in caught.value.why
    assert "BACKFLUSH_CACHE" in caught.value.remedy


def test_what_fits_is_let_through(tmp_path):
    disk.require(tmp_path, {})
    disk.require(tmp_path, {"a crumb": 0})


def test_a_program_that_meets_a_full_disk_is_explained():
    with pytest.raises(Failure) as caught:
        processes.run(["sh", "-c", f"cat /etc/passwd > {FULL_DEVICE}"], "Write")
    assert "The disk is full" in caught.value.why
    assert "Free at the moment" in caught.value.why
    assert "go on" in caught.value.remedy or "goes on" in caught.value.remedy


def test_apts_own_words_for_a_full_disk_are_known():
    words = "E: You don't have enough free space in /var/cache/apt/archives/."
    with pytest.raises(Failure) as caught:
        processes.run(["sh", "-c", f'echo "{words}"; exit 100'], "Fetch")
    assert "The disk is full" in caught.value.why


def test_a_thing_that_does_not_fit_leaves_nothing_and_is_made_afterwards(tmp_path):
    def write(folder):
        with open(FULL_DEVICE, "w") as file:
            file.write("x")

    cache = Cache(tmp_path)
    with pytest.raises(Failure) as caught:
        cache.build("thing", write)
    assert "The disk is full" in caught.value.why
    assert not list(tmp_path.glob("thing*"))
    assert cache.build("thing", lambda folder: None).is_dir()


PROGRAM = """
import sys
from bootstrap import processes
command = ["sh", "-c", "echo go; exec sleep 60"]
processes.run_program(lambda arguments: processes.run(command, "Try", log=sys.argv[1]))
"""


def test_a_log_that_cannot_be_written_ends_in_words():
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, FULL_DEVICE],
        env={**os.environ, "PYTHONPATH": str(SETUP)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert answer.returncode == 1
    assert "The disk is full" in answer.stdout
    assert "Traceback" not in answer.stderr


def test_a_cache_that_cannot_be_made_says_why(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Failure) as caught:
        Cache(tmp_path / "file")
    assert "BACKFLUSH_CACHE" in caught.value.remedy
    assert str(errno.EEXIST) in caught.value.why or "exists" in caught.value.why
