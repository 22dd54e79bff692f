"""Which orders may be released to lines whose work in process is limited.

An order passes through every limit that it counts against, or through none. Nobody
overtakes at a limit that an order before him waits for.
"""

from dataclasses import dataclass

from .numbers import ZERO, exact


@dataclass(frozen=True)
class Job:
    """An order that waits to be released.

    :param key: whatever the caller wants to find it by
    :param loads: ``{limit: what it adds to the work in process there}``
    """

    key: object
    loads: dict


def admit(jobs, room):
    """The jobs that fit, and the limits that each of the others waits for.

    :param jobs: the most urgent one first
    :param room: ``{limit: what may be added}``; less than nothing is none
    :return: ``(keys of the jobs that fit, {key of the others: [limits]})``

    >>> jobs = [Job("a", {"line": 2}), Job("b", {"line": 3}), Job("c", {"line": 1})]
    >>> admit(jobs, {"line": 4})
    (['a'], {'b': ['line'], 'c': ['line']})
    """
    left = {limit: exact(free) for limit, free in room.items()}
    fit, waiting, closed = [], {}, set()
    for job in jobs:
        short = [
            limit
            for limit, load in job.loads.items()
            if limit in closed or left[limit] < max(exact(load), ZERO)
        ]
        if short:
            waiting[job.key] = short
            closed.update(short)
            continue
        fit.append(job.key)
        for limit, load in job.loads.items():
            left[limit] -= exact(load)
    return fit, waiting
