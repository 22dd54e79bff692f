"""How the set-up speaks: steps, their progress, failures in three parts."""

import os
import sys
import threading
import time
from contextlib import contextmanager


class Failure(Exception):
    """A step that could not be done: what failed, why, and what to do about it."""

    def __init__(self, what, why="", remedy=""):
        super().__init__(what)
        self.what, self.why, self.remedy = what, why.strip(), remedy.strip()

    def __str__(self):
        parts = [f"FAILED: {self.what}"]
        if self.why:
            parts.append(_indented("Why: ", self.why))
        if self.remedy:
            parts.append(_indented("Do:  ", self.remedy))
        return "\n".join(parts)


def _indented(label, text):
    first, *rest = text.splitlines()
    return "\n".join([f"  {label}{first}", *(f"       {line}" for line in rest)])


class Console:
    """Prints steps and their progress.

    On a terminal the progress rewrites its line; elsewhere a new line is printed now
    and then, so that a log shows that something moves without being flooded.
    """

    def __init__(self, stream=None, interval=10.0):
        self.stream = stream or sys.stdout
        self.interval = interval
        self.live = self.stream.isatty() and os.environ.get("CI") != "true"
        self._lock = threading.RLock()
        self._open_line = 0
        self._last_print = 0.0

    def say(self, text=""):
        """Print a whole line."""
        with self._lock:
            self._clear()
            print(text, file=self.stream, flush=True)

    @contextmanager
    def step(self, title):
        """Announce a step, hand out its progress callback, print how long it took."""
        self.say(f"-> {title}")
        started = self._last_print = time.monotonic()
        yield lambda text: self._progress(text)
        seconds = time.monotonic() - started
        self.say(f"   done in {seconds:.1f} s")

    def _progress(self, text):
        with self._lock:
            now = time.monotonic()
            if self.live:
                self._rewrite(f"   {text}")
            elif now - self._last_print >= self.interval:
                self._last_print = now
                self.say(f"   {text}")

    def _rewrite(self, line):
        line = line[:78]
        padding = " " * max(0, self._open_line - len(line))
        self.stream.write(f"\r{line}{padding}")
        self.stream.flush()
        self._open_line = len(line)

    def _clear(self):
        if self._open_line:
            self.stream.write("\r" + " " * self._open_line + "\r")
            self._open_line = 0


console = Console()
