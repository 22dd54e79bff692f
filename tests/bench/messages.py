"""``setup/bench messages``: the inbox, raced and killed for long.

Fifty random histories of coils and orders are told in order and badly (any order,
repetitions, several clients, two workers) and compared; then ten thousand messages are
taken in and carried out while Odoo, PostgreSQL and connections are killed at random.
Ends with 0 where nothing differs, and nothing is lost or doubled.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from messages.killed import survivors  # noqa: E402
from messages.program import differences, place  # noqa: E402

from bootstrap.contract import Facts  # noqa: E402


def main():
    """Both questions, with a line per answer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--histories", type=int, default=50)
    parser.add_argument("--messages", type=int, default=10000)
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args()
    facts, problems = Facts.from_environ(), []
    if given.histories:
        problems += _histories(facts, given.histories)
    if given.messages:
        say = partial(print, flush=True)
        found = survivors(facts, given.messages, given.kills, batch=50, say=say)
        print(f"{given.messages} messages, {given.kills} kills: {found or 'all there'}")
        problems += found
    return 1 if problems else 0


def _histories(facts, number):
    """What differs, with a line per history."""
    problems = []
    with place(facts) as (admin, crew):
        for seed in range(number):
            found = differences(admin, crew, seed)
            print(f"history {seed}: {found or 'the same'}", flush=True)
            problems += found
    return problems


if __name__ == "__main__":
    sys.exit(main())
