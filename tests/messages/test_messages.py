"""Messages of several clients, in any order, repeated, to several workers; and killed.

The long form: ``setup/bench messages``.
"""

import pytest
from race.rpc import CallFailed

from bootstrap.contract import Facts

from .killed import survivors
from .plant import Plant
from .program import differences, place, submit
from .together import at_once, in_turn

HISTORIES = 5
SENT = {
    "external_id": "once",
    "type": "production",
    "event_time": "2026-01-05T06:00:00Z",
    "quantity": 1,
}


@pytest.fixture(scope="module")
def facts():
    return Facts.from_environ()


@pytest.fixture(scope="module")
def line(facts):
    """``(admin client, worker processes)`` that the tests of this file share."""
    with place(facts) as found:
        yield found


def test_the_order_of_arrival_changes_nothing(line):
    admin, crew = line
    found = [
        problem
        for seed in range(HISTORIES)
        for problem in differences(admin, crew, seed)
    ]
    assert found == []


@pytest.fixture(scope="module")
def plant(line):
    return Plant(line[0], "twins", coils=2, orders=1)


def _answers(plant, *contents):
    """What two calls are answered that meet before either has committed."""
    order, source = plant.orders[0], plant.name
    clients = [plant.machine() for _content in contents]
    calls = [
        lambda client=client, content=content: client.call(
            "backflush.message",
            "submit",
            [{**SENT, "source": source, "order": order, **content}],
        )
        for client, content in zip(clients, contents, strict=True)
    ]
    return [
        answer for (answer,) in at_once(plant.admin.database, "ir_cron_trigger", calls)
    ]


def _stored(plant, number):
    return plant.admin.call(
        "backflush.message",
        "search_read",
        [("source_id.code", "=", plant.name), ("external_id", "=", number)],
        ["state", "payload"],
        order="id",
    )


def test_the_same_message_twice_at_once_is_stored_once(plant):
    same = {"external_id": "same"}
    answers = _answers(plant, same, same, same)
    assert sorted(answer["status"] for answer in answers) == [
        *("accepted", "duplicate", "duplicate")
    ]
    assert [row["state"] for row in _stored(plant, "same")] == ["queued"]


def test_another_content_at_once_under_the_same_number_is_refused_and_kept(plant):
    one, other = ({"external_id": "two", "quantity": number} for number in (1, 2))
    answers = _answers(plant, one, other)
    assert sorted((answer["status"], answer["code"]) for answer in answers) == [
        ("accepted", ""),
        ("rejected", "other_content"),
    ]
    accepted, refused = _stored(plant, "two")
    assert (accepted["state"], refused["state"]) == ("queued", "refused")
    quantities = [row["payload"]["quantity"] for row in (accepted, refused)]
    assert sorted(quantities) == [1, 2]
    first = [answer["status"] for answer in answers].index("accepted")
    assert quantities[0] == (one, other)[first]["quantity"]


def test_two_that_mount_at_once_do_not_exceed_the_places(plant):
    admin = plant.admin
    center = {"name": "One place", "backflush_unit_capacity": 1}
    center = admin.call("mrp.workcenter", "create", center)
    units = admin.call("stock.package", "search", [("name", "in", plant.coils)])
    outcomes = at_once(
        admin.database,
        "backflush_handling_unit_log",
        [
            lambda unit=unit: admin.call("stock.package", "mount", [unit], center)
            for unit in units
        ],
    )
    (refusal,) = (one for one in outcomes if isinstance(one, Exception))
    assert isinstance(refusal, CallFailed), refusal
    assert "all are taken" in refusal.message
    mounted = [("backflush_workcenter_id", "=", center)]
    assert admin.call("stock.package", "search_count", mounted) == 1


def test_use_that_waited_for_a_completion_belongs_to_what_is_left(line):
    """Two pieces, 10 m each: while the first is received, 20 m are told of."""
    admin, crew = line
    plant = Plant(admin, "part", coils=1, orders=1, size=2)
    client, (order,), (coil,) = plant.machine(), plant.orders, plant.coils
    common = {**SENT, "source": plant.name, "order": order}
    used = {"type": "consumption", "external_id": "used", "quantity": 20, "hu": coil}
    told = [{**common, "external_id": "first"}, {**common, **used}]

    def tell(message, worker):
        submit(client, [message])
        worker.run()

    calls = [lambda pair=pair: tell(*pair) for pair in zip(told, crew, strict=True)]
    assert in_turn(admin.database, (plant.wire, plant.store), calls) == [None, None]
    tell({**common, "external_id": "second"}, crew[0])
    assert {state for state, _reason in plant.states().values()} == {"done"}
    books = plant.books()
    assert (books["coils"], books["on hand"], books["open"]) == ([980], [980, 2], {})


def test_nothing_is_lost_or_doubled_when_odoo_and_postgresql_are_killed(facts):
    assert survivors(facts, messages=64, kills=3) == []
