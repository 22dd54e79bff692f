"""A running Odoo: a free port, a process, and the wait until it answers."""

import socket
import time
import urllib.error
import urllib.request

from . import processes
from .report import Failure

HOST = "127.0.0.1"


def is_free(port, host=HOST):
    """Whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port():
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def check_port(port):
    """Refuse a port that cannot be used, and name one that can."""
    if not 1 <= port <= 65535:
        raise Failure(
            f"Listen on port {port}",
            "Ports go from 1 to 65535.",
            "Give such a number: setup/run --port 8069",
        )
    if not is_free(port):
        raise Failure(
            f"Listen on port {port}",
            "Another program uses it (perhaps another setup/run), or it is reserved.",
            f"Give another one, for example: setup/run --port {free_port()}",
        )
    return port


def answers(url, timeout=60):
    """Whether a page is served at the address."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return response.status == 200
    except urllib.error.HTTPError as error:
        raise Failure(
            f"Open {url}", f"Odoo answers with {error.code}.", "See its log."
        ) from error
    except OSError:
        return False


def wait_until_ready(process, url, log, patience=180):
    """Wait until the server answers; fail when it ends or takes too long."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if answers(url):
            return
        time.sleep(0.2)
    output = log.read_text(errors="replace") if log.exists() else ""
    raise processes.failure_of(
        "Start Odoo's server",
        process.args,
        process.poll(),
        output,
        "Look into the log.",
        log,
    )
