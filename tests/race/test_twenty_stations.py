"""Twenty stations complete at once, and all need the same component."""

from bootstrap.contract import Facts

from .program import run_race
from .report import header, table_row
from .settings import Settings

STATIONS = Settings(
    seed=20,
    plants=1,
    stations=20,
    shippers=0,
    suppliers=0,
    supervisors=0,
    components=1,
    rounds=1,
    orders_per_round=1,
)


def test_all_of_twenty_stations_succeed(record_property):
    """None is turned away, and Odoo runs no completion more than twice."""
    result = run_race(STATIONS, Facts.from_environ())
    print(f"\n{header()}\n{table_row(result)}")
    record_property("race", table_row(result))
    assert result.problems() == []
    assert result.count("completion") == 20
    retries = result.completion_retries()
    assert len(retries) == 20 and max(retries) <= 1
    assert result.retries_are_explained()
