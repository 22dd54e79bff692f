"""The gateway's store, and servers that are away; no Odoo is needed."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
sys.path.insert(0, str(EXAMPLES))

from gateway import Outbox, deliver, put, read_event  # noqa: E402
from json2_complete_order import Json2  # noqa: E402
from xmlrpc_complete_order import XmlRpc  # noqa: E402

EVENT = {"source": "line-1", "external_id": "1", "type": "production", "quantity": 1}


def line(**values):
    return json.dumps({**EVENT, **values}).encode()


class Server:
    """Answers as Odoo does."""

    def __init__(self, *rejected):
        self.rejected, self.sent = set(rejected), []

    def model(self, _model, _method, messages):
        self.sent += [message["external_id"] for message in messages]
        return [
            {"external_id": number, "status": "rejected", "reason": "unknown source"}
            if number in self.rejected
            else {"external_id": number, "status": "accepted", "reason": ""}
            for number in (message["external_id"] for message in messages)
        ]


@pytest.fixture
def outbox(tmp_path):
    return Outbox(tmp_path / "outbox.db")


@pytest.fixture
def silent():
    """Address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("protocol", [XmlRpc, Json2])
def test_a_server_that_falls_silent_is_given_up(silent, protocol):
    with pytest.raises(TimeoutError):
        keys = ("odoo", "login", "password") if protocol is XmlRpc else ("odoo", "key")
        protocol(silent, *keys, timeout=0.2).model("res.users", "search", domain=[])


def test_a_bad_line_is_reported_and_the_others_are_stored(outbox, capsys):
    lines = [line(), b"no JSON", b"\xff", b"[1]", b'{"source": "a"}', b"[" * 100_000]
    assert not put(outbox, [*lines, b"\n", line(external_id="2")])
    said = capsys.readouterr().err.splitlines()
    assert [words.split(":")[0] for words in said] == [f"line {at}" for at in "23456"]
    kept = [(row["external_id"], row["status"]) for row in outbox.rows()]
    assert kept == [("1", "waiting"), ("2", "waiting"), *[("", "refused")] * 5]


def test_the_program_ends_with_one_after_a_bad_line(tmp_path):
    command = [sys.executable, EXAMPLES / "gateway.py", "put", tmp_path / "outbox.db"]
    for text, code in ((line(), 0), (b"x\n" + line(external_id="2"), 1)):
        done = subprocess.run(command, input=text, capture_output=True, timeout=60)
        assert done.returncode == code
    assert b"line 1: no JSON" in done.stderr
    assert len(Outbox(tmp_path / "outbox.db").waiting(10)) == 2


def test_another_content_under_the_same_number_is_refused_and_shown(outbox, capsys):
    assert put(outbox, [line(), b'{"quantity": 1.0, ' + line()[1:]])
    assert not put(outbox, [line(quantity=2)])
    assert "put before with another content" in capsys.readouterr().err
    stored, refused = outbox.rows()
    assert (stored["status"], refused["status"]) == ("waiting", "refused")
    assert json.loads(refused["content"])["quantity"] == 2


@pytest.mark.parametrize(
    "order",
    [
        "a\0b",
        "\ud800",
        "a\rb",
        "\x1b",
        "\uffff",
        float("nan"),
        2**70,
        [None],
        {"a": None},
    ],
)
def test_what_cannot_be_carried_never_stands_in_the_way(outbox, order):
    assert not put(outbox, [line(order=order), line(external_id="2")])
    server = Server()
    assert deliver(outbox, lambda: server)
    assert server.sent == ["2"]


def test_null_is_no_key_and_a_large_whole_number_goes_over_both_protocols():
    message = read_event(line(order=None, quantity=5 * 10**9))
    assert "order" not in message
    assert isinstance(message["quantity"], float) and message["quantity"] == 5e9


def test_what_was_rejected_is_sent_again_once_it_is_cured(outbox, capsys):
    put(outbox, [line(external_id=number) for number in "123"])
    server = Server("1", "3")
    assert deliver(outbox, lambda: server)
    assert "1: unknown source" in capsys.readouterr().err
    server.rejected.clear()
    assert outbox.retry(["3"]) == 1
    assert deliver(outbox, lambda: server)
    assert outbox.retry() == 1
    assert deliver(outbox, lambda: server)
    assert server.sent == [*"123", "3", "1"]
    assert {row["status"] for row in outbox.rows()} == {"accepted"}
