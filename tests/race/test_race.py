"""The stock lock under fire: green with it, red without it.

The same seed, the same work list, the same server; only the lock differs. Should the
second test ever pass quietly without a negative, the first one proves nothing.
"""

import pytest

from bootstrap.contract import Facts

from .program import run_race
from .report import header, table_row
from .settings import Settings, plan_round

SEED = 20
GREEN = Settings(seed=SEED, seconds=30)
RED = Settings(seed=SEED, seconds=90, lock=False, stop_at_first_negative=True)


def _race(settings, record_property):
    result = run_race(settings, Facts.from_environ())
    print(f"\n{header()}\n{table_row(result)}")
    record_property("race", table_row(result))
    return result


def test_the_same_seed_plans_the_same_work():
    assert plan_round(GREEN, 2) == plan_round(RED, 2)
    assert plan_round(GREEN, 2) != plan_round(GREEN, 3)
    assert plan_round(GREEN, 2) != plan_round(GREEN, 2, plant=1)


def test_no_negative_with_the_lock(record_property):
    result = _race(GREEN, record_property)
    assert result.problems() == []
    assert result.count("completion") == GREEN.orders(result.rounds)
    assert result.count("delivery") and result.count("receipt")
    assert result.count("start") and result.count("finish") and result.count("reversal")
    assert result.retries_are_explained()


def test_negatives_without_the_lock(record_property):
    """The proof that the race is one: bounded rounds, ended by the first negative."""
    result = _race(RED, record_property)
    assert result.count("completion"), result.problems()
    if not result.is_negative():
        pytest.fail(f"{result.rounds} rounds without the lock and no negative quant")
