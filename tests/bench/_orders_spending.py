"""Which of the addon's methods spend the queries and the time of a completion.

Every method of the addon is wrapped. A query counts for the innermost method of the
addon in which it was made (*own*), and for each one around it (*with*). Core's pending
writes are flushed by whoever reads first: such queries count for the reader.
"""

import functools
import inspect
import time
from collections import defaultdict

PACKAGE = "odoo.addons.backflush_costing."


class Spending:
    """Counts queries and CPU seconds per method of the addon."""

    def __init__(self, registry):
        self._registry = registry
        self._stack = []
        self._wrapped = []
        self.rows = defaultdict(lambda: [0, 0, 0, 0.0, 0.0])
        self.outermost = [0, 0.0]
        self.cr = None

    def __enter__(self):
        for owner in self._classes():
            for name, function in list(vars(owner).items()):
                if inspect.isfunction(function):
                    self._wrap(owner, name, function)
        return self

    def __exit__(self, *exception):
        for owner, name, function in self._wrapped:
            setattr(owner, name, function)

    def _classes(self):
        found = set()
        for model in self._registry.values():
            found.update(c for c in model.__mro__ if c.__module__.startswith(PACKAGE))
        return found

    def _wrap(self, owner, name, function):
        label = f"{owner.__module__.rpartition('.models.')[2]}.{name}"
        # What extends core's methods contains core's own work.
        apart = name.startswith("_backflush_") or "backflush" in owner.__name__.lower()

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            with _Call(self, label, apart):
                return function(*args, **kwargs)

        self._wrapped.append((owner, name, function))
        setattr(owner, name, wrapper)

    def result(self, orders, limit=16):
        """The outermost sum and the dearest methods, per order."""
        rows = sorted(self.rows.items(), key=lambda row: -row[1][1])
        return {
            "queries": self.outermost[0] / orders,
            "cpu": self.outermost[1] / orders,
            "methods": [
                [name, *(value / orders for value in values)]
                for name, values in rows[:limit]
            ],
        }


class _Call:
    """One call of a wrapped method."""

    def __init__(self, spending, label, apart):
        self.spending, self.label, self.apart = spending, label, apart
        self.inner = [0, 0.0]

    def __enter__(self):
        self.covered = any(call.apart for call in self.spending._stack)
        self.nested = any(call.label == self.label for call in self.spending._stack)
        self.spending._stack.append(self)
        self.start = self._now()

    def __exit__(self, *exception):
        spent = [b - a for a, b in zip(self.start, self._now(), strict=True)]
        stack = self.spending._stack
        stack.pop()
        row = self.spending.rows[self.label]
        row[0] += 1
        if not self.nested:
            row[1] += spent[0]
            row[3] += spent[1]
        row[2] += spent[0] - self.inner[0]
        row[4] += spent[1] - self.inner[1]
        for index, value in enumerate(spent):
            if stack:
                stack[-1].inner[index] += value
            if self.apart and not self.covered:
                self.spending.outermost[index] += value

    def _now(self):
        cr = self.spending.cr
        return cr.sql_log_count if cr else 0, time.process_time()
