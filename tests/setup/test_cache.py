"""The cache: nothing half-made, nobody in each other's way, in the right place."""

import os
from pathlib import Path

import pytest

from bootstrap import cache as cache_module
from bootstrap import project, venv
from bootstrap.cache import Cache, default_folder
from bootstrap.report import Failure


def test_the_folder_is_outside_the_checkout_and_can_be_chosen():
    chosen = {"BACKFLUSH_CACHE": "/somewhere", "XDG_CACHE_HOME": "/xdg"}
    assert default_folder(chosen, root=True) == Path("/somewhere")
    assert default_folder({"XDG_CACHE_HOME": "/xdg"}, root=False) == Path(
        "/xdg/backflush_costing"
    )
    assert default_folder({}, root=True) == Path("/var/cache/backflush_costing")


def test_a_thing_is_built_once(tmp_path):
    calls = []

    def maker(folder):
        calls.append(folder)
        (folder / "file").touch()

    first = Cache(tmp_path).build("thing", maker)
    assert Cache(tmp_path).build("thing", maker) == first
    assert (first / "file").exists()
    assert len(calls) == 1


@pytest.mark.parametrize("movable", [True, False])
def test_a_failed_build_leaves_nothing_and_can_be_repeated(tmp_path, movable):
    def fail(folder):
        (folder / "half").touch()
        raise Failure("Build")

    cache = Cache(tmp_path)
    with pytest.raises(Failure):
        cache.build("thing", fail, movable)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("thing")]
    assert cache.build("thing", lambda folder: None, movable).is_dir()


def test_what_a_killed_run_left_half_made_is_made_again(tmp_path):
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing" / "half").touch()
    folder = Cache(tmp_path).build("thing", lambda folder: None)
    assert not (folder / "half").exists()


def test_what_nobody_used_for_a_month_is_removed(tmp_path):
    cache = Cache(tmp_path)
    for name in ("venv-old", "venv-new"):
        cache.build(name, lambda folder: None)
    os.utime(tmp_path / "venv-old" / cache_module.MARKER, (0, 0))
    cache.prune()
    assert not (tmp_path / "venv-old").exists()
    assert (tmp_path / "venv-new").exists()


def test_a_full_disk_is_a_failure_in_words(tmp_path):
    def fail(folder):
        raise OSError(28, "No space left on device")

    with pytest.raises(Failure) as caught:
        Cache(tmp_path).build("thing", fail)
    assert "No space left" in caught.value.why


def test_a_lock_that_another_run_holds_is_refused_when_asked(tmp_path):
    cache, refusal = Cache(tmp_path), Failure("Use the database 'x'")
    with cache.locked("x"), pytest.raises(Failure, match="database"):
        with cache.locked("x", patience=0, refusal=refusal):
            pass
    with cache.locked("x", patience=0):
        assert (tmp_path / "locks" / "x.lock").read_text() == str(os.getpid())


def test_postgresql_never_runs_as_root(monkeypatch):
    monkeypatch.setattr(cache_module, "is_root", lambda: False)
    assert cache_module.service_account() is None
    monkeypatch.setattr(cache_module, "is_root", lambda: True)
    assert cache_module.service_account().uid != 0


# -- keys -------------------------------------------------------------------------


def make_addon(root):
    folder = root / "backflush_costing"
    (folder / "tests").mkdir(parents=True)
    (folder / "__manifest__.py").write_text("{}")
    (folder / "tests" / "test_x.py").write_text("")
    return folder


def test_the_addons_key_follows_its_code_but_not_its_tests(tmp_path):
    folder = make_addon(tmp_path)
    before = project.addon_hash(tmp_path)
    (folder / "tests" / "test_x.py").write_text("assert True")
    (folder / "README.md").write_text("words")
    assert project.addon_hash(tmp_path) == before
    (folder / "models.py").write_text("x = 1")
    changed = project.addon_hash(tmp_path)
    assert changed != before
    (folder / "models.py").rename(folder / "model.py")
    assert project.addon_hash(tmp_path) != changed


def test_keys_do_not_run_into_each_other():
    assert project.short_hash("ab", "c") != project.short_hash("a", "bc")


def test_companions_are_on_the_path_once_there_are_any(tmp_path):
    assert project.addons_path(tmp_path) == [tmp_path]
    companion = tmp_path / "addons" / "other"
    companion.mkdir(parents=True)
    (companion / "__manifest__.py").write_text("{}")
    assert project.addons_path(tmp_path) == [tmp_path, tmp_path / "addons"]


def make_companion(root, name, manifest):
    folder = root / "addons" / name
    folder.mkdir(parents=True)
    (folder / "__manifest__.py").write_text(repr(manifest))
    return folder


def test_a_companion_that_installs_itself_is_not_named(tmp_path):
    own = project.ADDON
    make_companion(tmp_path, "a", {"depends": [own, "repair"], "auto_install": True})
    make_companion(tmp_path, "b", {"depends": ["a", "board"]})
    assert project.companions(tmp_path) == ["a", "b"]
    assert project.companion_modules(tmp_path) == ["b", "board", "repair"]


def test_the_companions_key_is_apart_from_the_addons(tmp_path):
    make_addon(tmp_path)
    folder = make_companion(tmp_path, "a", {"depends": ["repair"]})
    before = project.addon_hash(tmp_path), project.companions_hash(tmp_path)
    (folder / "models.py").write_text("x = 1")
    assert project.addon_hash(tmp_path) == before[0]
    assert project.companions_hash(tmp_path) != before[1]


# -- Python ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "supported"),
    [
        ((3, 9), False),
        ((3, 10), True),
        ((3, 13), True),
        ((3, 14), False),
        (None, False),
    ],
)
def test_pythons_that_odoo_runs_on(version, supported):
    assert venv.is_supported(version) is supported


def test_a_wrong_python_is_refused_with_its_version(monkeypatch):
    monkeypatch.setattr(venv, "python_version", lambda python: (3, 9))
    with pytest.raises(Failure) as caught:
        venv.find_python({"BACKFLUSH_PYTHON": "/usr/bin/python3.9"})
    assert "3.9" in caught.value.why


def test_the_lock_file_pins_and_hashes_everything_and_names_no_registry():
    text = venv.LOCK.read_text()
    assert venv.locked_count(text) > 50
    assert "://" not in text
    assert text.count("--hash=sha256:") > venv.locked_count(text)


def test_pips_lines_become_progress():
    said = []
    progress = venv.PipProgress(2, said.append)
    for line in ("Collecting a==1 (from ...)", "  Downloading a", "Collecting b==2"):
        progress.feed(line)
    progress.feed("Installing collected packages: a, b")
    assert said == ["downloading 1 of 2: a", "downloading 2 of 2: b", "installing"]
