"""Messages of several clients, in any order, repeated, to several workers; and killed.

The long form: ``setup/bench messages``.
"""

import pytest

from bootstrap.contract import Facts

from .program import differences, place, survivors

HISTORIES = 5


@pytest.fixture(scope="module")
def facts():
    return Facts.from_environ()


def test_the_order_of_arrival_changes_nothing(facts):
    with place(facts) as (admin, crew):
        found = [
            problem
            for seed in range(HISTORIES)
            for problem in differences(admin, crew, seed)
        ]
    assert found == []


def test_nothing_is_lost_or_doubled_when_the_server_is_killed(facts):
    assert survivors(facts, messages=60, kills=4) == []
