"""Sharing out tests, counting them, and letting none be skipped in silence."""

from pathlib import Path

import pytest

from bootstrap import core, parts, results
from bootstrap.contract import Facts

REPORT = """<testsuites><testsuite>
<testcase classname="a.T" name="good"/>
<testcase classname="a.T" name="bad"><failure message="no"/></testcase>
<testcase classname="a.T" name="broken"><error message="no"/></testcase>
<testcase classname="a.T" name="left"><skipped message="why"/></testcase>
<testcase classname="a.T" name="known"><skipped type="pytest.xfail"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def checkout(tmp_path):
    for name in (
        "backflush_costing/tests/test_a.py",
        "addons/backflush_costing_x/tests/test_a.py",
        "tests/engine/test_b.py",
        "tests/setup/test_c.py",
        "tests/bench/orders.py",
        "tests/test_d.py",
        "tests/race/test_e.py",
        "tests/charts/test_f.py",
        "tests/conftest.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("argument", "kind"),
    [
        ("backflush_costing/tests/test_a.py", "addon"),
        ("backflush_costing/tests/test_a.py::TestA::test_x", "addon"),
        ("addons/backflush_costing_x/tests/test_a.py", "companions"),
        ("tests/engine", "engine"),
        ("tests/charts/test_f.py", "charts"),
        ("tests/setup/test_c.py", "setup"),
        ("tests/test_d.py", "border"),
        ("tests", "border"),
        ("-k", None),
        ("test_a", None),
        ("/etc/passwd", None),
    ],
)
def test_a_path_finds_its_runner(checkout, argument, kind):
    assert parts.kind_of(argument, checkout) == kind


def test_options_go_to_every_runner(checkout):
    paths, options = parts.split(
        ["tests/engine", "-k", "x or y", "tests/test_d.py", "-x"], checkout
    )
    assert paths == {"engine": ["tests/engine"], "border": ["tests/test_d.py"]}
    assert options == ["-k", "x or y", "-x"]


def test_without_paths_everything_runs_but_the_measurements(checkout):
    assert parts.default_paths("addon", checkout) == ["backflush_costing/tests"]
    assert parts.default_paths("companions", checkout) == [
        "addons/backflush_costing_x/tests"
    ]
    assert parts.default_paths("charts", checkout) == ["tests/charts"]
    assert parts.default_paths("border", checkout) == ["tests/race", "tests/test_d.py"]


def test_the_addon_runs_in_pieces_that_leave_no_file_out():
    class Cache:
        logs = Path()

        def log(self, name):
            assert "/" not in name
            return Path(name)

    class Environment:
        cache = Cache()

    whole = parts.Part("addon", Environment(), parts.default_paths("addon"), ["-x"])
    pieces = whole.shards()
    files = [path for piece in pieces for path in piece.paths]
    tests = (parts.ROOT / parts.ADDON / "tests").glob("test_*.py")
    assert sorted(files) == sorted(str(p.relative_to(parts.ROOT)) for p in tests)
    assert [piece.label for piece in pieces] == [
        "browser",
        *(f"addon {number}/4" for number in range(1, 5)),
    ]
    assert pieces[0].turn < pieces[1].turn
    assert len({piece.number for piece in pieces}) == len(pieces)
    for piece in pieces:
        screens = [parts.needs_browser(parts.ROOT / path) for path in piece.paths]
        assert set(screens) == {piece.label == "browser"}
    other = parts.Part("engine", Environment(), parts.default_paths("engine"), [])
    assert other.shards() == [other]


def test_a_report_is_counted_and_a_skipped_test_has_failed(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    result = results.read_report("x", report, 1, allowed=set())
    assert (result.passed, result.failed) == (2, 3)
    assert "skipped, which counts as failed: a.T::left" in result.notes[2]
    allowed = results.read_report("x", report, 1, allowed={"a.T::left"})
    assert (allowed.passed, allowed.failed) == (3, 2)


def test_a_run_that_broke_off_has_failed(tmp_path):
    result = results.read_report("x", tmp_path / "missing.xml", 4, allowed=set())
    assert (result.passed, result.failed) == (0, 1)
    assert not result.is_good


def test_the_closing_line_sums_up():
    parts_of_it = [results.Result("a", 3, 0), results.Result("b", 4, 1)]
    assert results.closing_line(parts_of_it) == "7 passed, 1 failed"


def test_allowed_skips_carry_their_reason():
    assert results.allowed_skips("# all\na.T::x  # why\n\n") == {"a.T::x"}


def test_a_core_test_is_ours_only_when_it_is_red_with_the_addon_alone():
    without = {"a": "passed", "b": "failed", "c": "passed", "d": "skipped"}
    with_addon = {"a": "failed", "b": "failed", "d": "skipped"}
    assert core.turned_red(without, with_addon) == ["a", "c"]


def test_the_core_report_keeps_the_worst_of_a_test(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert core.read_outcomes(report)["a.T::bad"] == "failed"
    assert core.read_outcomes(report)["a.T::good"] == "passed"
    assert core.read_outcomes(tmp_path / "missing.xml") == {}


def test_tests_started_by_hand_are_told_how_to_start_them():
    with pytest.raises(RuntimeError, match="setup/test"):
        Facts.from_environ({})
