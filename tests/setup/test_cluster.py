"""A real private PostgreSQL: who starts it, who stops it, what its log holds."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from bootstrap import postgres
from bootstrap.cache import Cache
from bootstrap.folders import is_root
from bootstrap.project import SETUP
from bootstrap.report import Failure
from bootstrap.venv import Venv


@pytest.fixture
def cache():
    """A cache that PostgreSQL's account can enter, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="backflush-"))
    folder.chmod(0o755)
    yield Cache(folder)
    shutil.rmtree(folder)


def make_cluster(cache):
    return postgres.Cluster(cache, Venv(Cache()))


def test_the_first_starts_it_and_the_last_stops_it(cache):
    assert postgres.is_missing(cache, {})
    first, second = make_cluster(cache), make_cluster(cache)
    first.acquire()
    try:
        assert not postgres.is_missing(cache, {})
        second.acquire()
        first.release()
        assert second.is_running()
    finally:
        first.release()
        second.release()
    assert not second.is_running()


def test_each_start_begins_a_log_and_keeps_the_one_before(cache):
    cluster = make_cluster(cache)
    for _ in range(2):
        cluster.acquire()
        cluster.release()
    assert cluster.last_words().count("starting PostgreSQL") == 1
    before = cluster.log.with_name(f"{cluster.log.name}.1")
    assert "database system is shut down" in before.read_text()


def test_a_cluster_that_was_half_made_is_made_again(cache):
    cluster = make_cluster(cache)
    cluster.data.with_name("data.part").mkdir(parents=True)
    cluster.data.with_name("data.part").joinpath("PG_VERSION").touch()
    cluster.acquire()
    try:
        assert cluster.is_running()
    finally:
        cluster.release()


def test_a_database_for_which_there_is_no_room_is_refused(cache):
    with pytest.raises(Failure, match="Find room"):
        make_cluster(cache).require_room(10**9)


def test_a_folder_that_postgresql_cannot_enter_is_refused_at_once(cache):
    cache.folder.chmod(0o700)
    if is_root():
        with pytest.raises(Failure) as caught:
            postgres.check(cache, {})
        assert str(cache.folder) in caught.value.why
    else:
        postgres.check(cache, {})
    postgres.check(cache, {"PGHOST": "db.example"})


PROGRAM = """
import sys, time
from bootstrap import postgres, processes
from bootstrap.cache import Cache
from bootstrap.venv import Venv

def main(arguments):
    cluster = postgres.Cluster(Cache(sys.argv[1]), Venv(Cache()))
    try:
        cluster.acquire()
        time.sleep(60)
    finally:
        cluster.release()

processes.run_program(main)
"""


@pytest.mark.parametrize("delay", [0, 0.1, 0.5])
def test_a_start_that_is_stopped_leaves_no_server(cache, delay):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(cache.folder)],
        env={**os.environ, "PYTHONPATH": str(SETUP)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        for line in process.stdout:
            if "Starting PostgreSQL" in line:
                time.sleep(delay)
                process.send_signal(signal.SIGINT)
    assert process.returncode == 130
    cluster = make_cluster(cache)
    assert not cluster.is_running()
    cluster.acquire()
    assert cluster.is_running()
    cluster.release()
    assert not cluster.is_running()
