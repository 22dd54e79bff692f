"""What a person reads: steps, progress, and failures in three parts."""

import io

import pytest

from bootstrap import processes
from bootstrap.diagnosis import diagnose, excerpt, last_lines
from bootstrap.report import Console, Failure


def test_a_failure_says_what_why_and_what_to_do():
    failure = Failure("Do it", "It was\nimpossible.", "Wait.")
    assert str(failure) == (
        "FAILED: Do it\n  Why: It was\n       impossible.\n  Do:  Wait."
    )


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("E: Temporary failure resolving 'mirror'", "no network"),
        ("npm error code ECONNREFUSED", "no network"),
        ("/usr/bin/python3: No module named venv", "lacks the module venv"),
        ("ModuleNotFoundError: No module named 'venv'", "lacks the module venv"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "lock file"),
        ("ERROR: No matching distribution found for lxml", "no build"),
        ("OSError: [Errno 98] Address already in use", "port is taken"),
        ("PermissionError: [Errno 13] Permission denied: '/x'", "may not be read"),
    ],
)
def test_known_causes_are_named_and_come_with_a_remedy(output, word):
    why, remedy = diagnose(output)
    assert word in why
    assert remedy


def test_an_unknown_cause_is_not_guessed():
    assert diagnose("Segmentation fault") == ("", "")
    assert diagnose("ModuleNotFoundError: No module named 'lxml'") == ("", "")
    assert last_lines("a\n\nb\nc\n", 2) == "b\nc"


def test_a_program_that_fails_shows_its_last_words(tmp_path):
    with pytest.raises(Failure) as caught:
        processes.run(
            ["sh", "-c", "echo one; echo two >&2; exit 3"], "Try", log=tmp_path / "log"
        )
    assert "ended with code 3" in caught.value.why
    assert "two" in caught.value.why
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_a_program_that_is_missing_is_a_failure_in_words():
    with pytest.raises(Failure, match="Try"):
        processes.run(["/no/such/program"], "Try")


def test_a_stopped_run_leaves_no_child_behind(tmp_path):
    def interrupt(line):
        raise processes.Stopped("SIGINT")

    with pytest.raises(processes.Stopped):
        processes.run(["sh", "-c", "echo go; sleep 60"], "Try", on_line=interrupt)
    assert not processes._running


def test_a_log_gets_the_steps_and_progress_now_and_then():
    stream = io.StringIO()
    console = Console(stream, interval=0)
    with console.step("Fetching") as progress:
        progress("1 of 2")
    assert stream.getvalue().splitlines()[:2] == ["-> Fetching", "   1 of 2"]


def test_a_failed_step_does_not_claim_to_be_done():
    stream = io.StringIO()
    with pytest.raises(Failure), Console(stream).step("Fetching"):
        raise Failure("Fetch")
    assert "done" not in stream.getvalue()


def test_the_line_with_the_reason_is_shown_not_the_noise_around_it():
    noise = ["./usr/share/file", "dlstatus:7:19.06:Retrieving file 7 of 9"] * 20
    output = "\n".join([f"{'x' * 300} Connection refused {'y' * 300}", *noise])
    shown = excerpt(output)
    assert "Connection refused" in shown
    assert len(shown) < 220
    assert "./usr" not in last_lines("\n".join(["E: broken", *noise]))


def test_a_server_that_broke_down_is_not_mistaken_for_the_network():
    output = (
        'connection to server on socket "/x/.s.PGSQL.5432" failed: Connection refused'
    )
    assert "PostgreSQL" in diagnose(output)[0]
