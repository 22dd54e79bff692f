"""Running other programs: with progress, without leftovers, with reasons."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from pathlib import Path

from . import disk
from .diagnosis import diagnose, excerpt, failure_of_system
from .folders import is_root
from .report import Failure, console


class Stopped(BaseException):
    """The user or the machine asked us to stop."""


_PR_SET_PDEATHSIG = 1

_running = set()
_running_lock = threading.Lock()


def run(command, what, on_line=None, log=None, remedy="", check=True, **options):
    """Run a program to its end and return ``(exit code, last output)``.

    Each line of output goes to ``on_line`` and to the file ``log``. A program that
    fails, or says nothing for the seconds of ``silence``, raises a ``Failure`` that
    says ``what`` could not be done and why.
    """
    tail = deque(maxlen=400)
    silence = Silence(options.pop("silence", None))
    with _started(command, what, **options) as process, _opened(log) as log_file:
        with silence.watching(process):
            for line in process.stdout:
                silence.broken()
                tail.append(line)
                if log_file:
                    log_file.write(line)
                if on_line:
                    on_line(line.rstrip("\n"))
            code = process.wait()
    output = "".join(tail)
    if silence.too_long:
        raise _failure_of_silence(what, silence.seconds, output, log)
    if code and check:
        raise failure_of(what, command, code, output, remedy, log)
    return code, output


def failure_of(what, command, code, output, remedy="", log=None):
    """Build the failure of a program from its output."""
    why, known_remedy = diagnose(output)
    reason = why or f"{Path(str(command[0])).name} ended with code {code}."
    return Failure(what, _with_output(reason, output, log), known_remedy or remedy)


def _failure_of_silence(what, seconds, output, log):
    reason = (
        f"Nothing moved for {seconds} seconds: no answer from the network, or the disk"
        f"\nis full. {disk.in_words()}"
    )
    remedy = (
        "Check the connection, the proxy and the room on the disk; then run the same\n"
        "command again: it goes on."
    )
    return Failure(what, _with_output(reason, output, log), remedy)


def _with_output(reason, output, log):
    end = excerpt(output)
    if end:
        reason = f"{reason}\nIt said:\n{end}"
    if log:
        reason += f"\nAll of it: {log}"
    return reason


class Silence:
    """Ends a program that says nothing for too long; without a limit, never."""

    def __init__(self, seconds=None):
        self.seconds = seconds
        self.too_long = False
        self._heard = time.monotonic()
        self._over = threading.Event()

    def broken(self):
        """Note that the program has said something."""
        self._heard = time.monotonic()

    @contextmanager
    def watching(self, process):
        """Watch a program while the block runs."""
        if not self.seconds:
            yield
            return
        watcher = threading.Thread(target=self._watch, args=(process,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._over.set()
            watcher.join()

    def _watch(self, process):
        while not self._over.wait(min(1, self.seconds / 4)):
            if time.monotonic() - self._heard > self.seconds:
                self.too_long = True
                stop(process)
                return


@contextmanager
def _opened(log):
    if not log:
        yield None
        return
    log = Path(log)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", buffering=1, encoding="utf-8") as log_file:
        yield log_file


@contextmanager
def _started(command, what, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    process = spawn(
        command,
        what,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    )
    try:
        yield process
    finally:
        process.stdout.close()
        stop(process)


def spawn(command, what="", user=None, **options):
    """Start a program in a process group of its own, to be stopped whole."""
    if user:
        options.update(user=user.uid, group=user.gid, extra_groups=[], cwd="/")
    try:
        process = subprocess.Popen(
            [str(part) for part in command], start_new_session=True, **options
        )
    except OSError as error:
        raise failure_of_system(what or f"Start {command[0]}", error) from error
    with _running_lock:
        _running.add(process)
    return process


def end_with_parent():
    """In a new process: be told to end when the parent dies, even when killed.

    Linux counts the thread that started the process as its parent: for use from the
    main thread alone.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(process, patience=20):
    """End a process group: politely first, then for good."""
    for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            break
        _signal_group(process, number)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            continue
    with _running_lock:
        _running.discard(process)


def stop_all():
    """End every program that is still running."""
    with _running_lock:
        processes = list(_running)
    for process in processes:
        stop(process)


def _signal_group(process, number):
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _raise_stopped(number, frame):
    # A second signal must not interrupt the tidying up that the first one began.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(signal.Signals(number).name)


def run_program(main):
    """Run a command's ``main``: an orderly end, failures in words, an exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_stopped)
    if is_root():
        # PostgreSQL runs as another user, who has to read what is made.
        os.umask(0o022)
    try:
        code = main(sys.argv[1:])
    except Failure as failure:
        console.say(str(failure))
        code = 1
    except OSError as error:
        console.say(str(failure_of_system("Go on", error)))
        code = 1
    except Stopped as stopped:
        console.say(f"Stopped ({stopped}).")
        code = 130
    finally:
        stop_all()
    sys.exit(code or 0)
