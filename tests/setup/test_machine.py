"""What the machine lacks or refuses: Python, apt, a browser, npm, the network."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bootstrap import apt, interpreter, machine, odoo_source, processes, venv
from bootstrap.cache import Cache
from bootstrap.environment import Environment
from bootstrap.postgres import Connection
from bootstrap.project import ROOT, SETUP
from bootstrap.report import Failure


def make_program(folder, name, text):
    """A small program of that name, in the shell's language."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def only(tmp_path, monkeypatch):
    """A path on which nothing but the programs made there is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


# -- Python ------------------------------------------------------------------------

#: Claims to be an older Python, then starts the command like any other.
OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 8, 0)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run_with_an_old_python(path, *arguments):
    command = [sys.executable, "-c", OLD_PYTHON, str(SETUP / "run"), *arguments]
    environ = {**os.environ, "PATH": str(path)}
    environ.pop("BACKFLUSH_PYTHON", None)
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_python_that_is_too_old_hands_over_to_a_newer_one(tmp_path):
    make_program(tmp_path, "python3.11", f'exec {sys.executable} "$@"')
    answer = run_with_an_old_python(tmp_path, "--help")
    assert answer.returncode == 0
    assert "--prepare-only" in answer.stdout


def test_a_python_that_is_too_old_says_so_where_it_is_alone(tmp_path):
    answer = run_with_an_old_python(tmp_path, "--help")
    assert answer.returncode == 1
    assert "FAILED: Start with Python 3.8" in answer.stdout
    assert "BACKFLUSH_PYTHON" in answer.stdout


def test_a_stand_in_that_refuses_to_start_is_passed_over(tmp_path):
    make_program(tmp_path / "shims", "python3.12", "echo not installed >&2; exit 127")
    real = make_program(tmp_path / "bin", "python3.12", "echo 3.12")
    path = f"{tmp_path}/shims:{tmp_path}/bin"
    assert interpreter.on_path({"PATH": path})[-1] == str(real)
    monkey = {"PATH": path, "BACKFLUSH_PYTHON": ""}
    found = [venv.python_version(python) for python in interpreter.on_path(monkey)]
    assert found == [None, (3, 12)]


@pytest.mark.parametrize("text", ["echo 2.7", "echo 3.14", "exit 3", "echo words"])
def test_a_wrong_python_that_the_user_named_is_refused(tmp_path, text):
    python = make_program(tmp_path, "python", text)
    with pytest.raises(Failure) as caught:
        venv.find_python({"BACKFLUSH_PYTHON": str(python)})
    assert str(python) in caught.value.why
    assert "unset it" in caught.value.remedy


def test_libraries_whose_python_is_gone_are_made_again(tmp_path):
    environment = venv.Venv(Cache(tmp_path))
    environment.folder.joinpath("bin").mkdir(parents=True)
    environment.folder.joinpath(".complete").touch()
    environment.python.symlink_to(sys.executable)
    assert not environment.is_missing()
    environment.python.unlink()
    environment.python.symlink_to(tmp_path / "removed")
    assert environment.is_missing()


# -- apt, a browser, npm -----------------------------------------------------------


def test_a_machine_without_apt_is_told_before_anything_is_made(only, tmp_path):
    cache = Cache(tmp_path / "cache")
    os.environ.pop("ODOO_HOME", None)
    with pytest.raises(Failure) as caught:
        odoo_source.check(cache)
    assert "apt-get" in caught.value.why
    assert "ODOO_HOME" in caught.value.remedy


def test_what_cannot_be_fetched_names_its_own_remedy(only, tmp_path):
    with pytest.raises(Failure) as caught:
        machine.docker_compose(Cache(tmp_path / "cache"))
    assert "Docker Compose" in caught.value.what
    assert "ODOO_HOME" not in caught.value.remedy


def test_a_program_is_installed_where_it_is_missing(only, monkeypatch):
    monkeypatch.setattr(apt, "is_root", lambda: True)
    chromium = only / "chromium"
    make_program(
        only,
        "apt-get",
        f'case "$*" in *install*chromium*) echo > {chromium}; chmod=/bin/chmod;'
        f" $chmod 755 {chromium};; *update*) echo a source is down; exit 100;; esac",
    )
    machine.ensure_browser()
    assert chromium.exists()


def test_a_program_that_is_installed_yet_not_found_is_a_failure(only, monkeypatch):
    monkeypatch.setattr(apt, "is_root", lambda: True)
    make_program(only, "apt-get", "exit 0")
    with pytest.raises(Failure) as caught:
        machine.ensure_browser()
    assert "PATH" in caught.value.remedy


def test_who_is_not_root_is_told_what_root_would_do(only, monkeypatch):
    monkeypatch.setattr(apt, "is_root", lambda: False)
    make_program(only, "apt-get", "exit 0")
    with pytest.raises(Failure) as caught:
        machine.ensure_browser()
    assert caught.value.remedy == "Run as root: apt-get install chromium"


def test_a_machine_without_apt_is_not_told_to_use_it(only, monkeypatch):
    monkeypatch.setattr(apt, "is_root", lambda: True)
    with pytest.raises(Failure) as caught:
        machine.ensure_browser()
    assert "apt-get install" not in caught.value.remedy


# -- the network -------------------------------------------------------------------


def test_a_program_that_falls_silent_is_ended():
    with pytest.raises(Failure) as caught:
        processes.run(["sh", "-c", "echo one; sleep 60"], "Fetch", silence=1)
    assert "Nothing moved" in caught.value.why
    assert "one" in caught.value.why
    assert not processes._running


def test_a_program_that_speaks_now_and_then_is_left_alone():
    slow = "for i in 1 2 3 4 5 6; do echo $i; sleep 0.3; done"
    code, output = processes.run(["sh", "-c", slow], "Fetch", silence=1)
    assert (code, output.split()[-1]) == (0, "6")


def test_pip_without_a_registry_says_that_it_tries_again():
    said = []
    venv.PipProgress(2, said.append).feed("WARNING: Retrying (Retry(total=4 ...")
    assert said == ["no answer from the package registry, trying again"]


# -- an Odoo of the user's own -----------------------------------------------------


def test_an_odoo_of_the_users_own_is_not_written_to(tmp_path):
    home = tmp_path / "clone"
    (home / "odoo").mkdir(parents=True)
    (home / "odoo" / "release.py").write_text("version_info = (19, 0, 0)\n")
    (home / "odoo-bin").write_text("import odoo.release\n")
    before = sorted(home.rglob("*"))
    environment = Environment(Cache(tmp_path / "cache"))
    environment.odoo = odoo_source.at_home(home)
    environment.venv = SimpleNamespace(folder=home, python=sys.executable)
    environment.server = SimpleNamespace(connection=Connection("x", 1, "odoo"))
    command = environment.odoo_command()
    environ = {**environment.environ(), "PYTHONPATH": str(home)}
    subprocess.run(command, env=environ, cwd=ROOT, check=True)
    environment.server = None
    assert sorted(home.rglob("*")) == before
    assert any(environment.cache.path("bytecode").rglob("release.*.pyc"))
