"""Two people at the same card, the same loop, or the same line, in processes of their
own: one order for a container, and no more work in process than the limits allow."""

import pytest

from bootstrap.contract import Facts

from .floor import MADE, OPERATORS, QUANTITY, SETTINGS, Floor, complete
from .people import OK, REFUSED, Press
from .place import race_database, race_server
from .plant import put_stock

TIMES = 3
"""How often a pair presses at one moment."""
ONE, OTHER = OPERATORS


@pytest.fixture(scope="module")
def floor():
    facts = Facts.from_environ()
    with race_database(facts) as database:
        with race_server(facts, database, SETTINGS) as server:
            floor = Floor(facts, database, server)
            yield floor
            floor.close()


def _outcomes(calls):
    return sorted(call["outcome"] for call in calls)


# -- cards -----------------------------------------------------------------------------


def _loop(floor, count=1, **vals):
    """The cards of a loop in circulation, its containers full."""
    client, product = floor.client, floor.plant.components[0]
    made = client.call("backflush.supply.area", "search_count", [])
    make = client.call("backflush.supply.area", "create", {"name": f"Area {made}"})
    action = client.call("backflush.supply.area", "action_create", [make])
    area = action["context"]["default_supply_area_id"]
    put_stock(client, area, [product], [QUANTITY * count])
    own = [("backflush_supply_area_id", "=", area)]
    [route] = client.call("stock.route", "search", own)
    values = {
        "product_id": product,
        "supply_area_id": area,
        "bin_id": area,
        "route_id": route,
        "container_quantity": QUANTITY,
        "container_count": count,
        **vals,
    }
    cycle = client.call("backflush.control.cycle", "create", values)
    client.call("backflush.control.cycle", "action_start", [cycle])
    own = [("cycle_id", "=", cycle)]
    return cycle, client.call("backflush.kanban", "search", own)


def _empty(card):
    return Press("backflush.kanban", "action_empty", card)


def _ordered(floor, cards):
    """What is ordered for these cards."""
    own = [("backflush_kanban_id", "in", cards), ("state", "!=", "cancel")]
    moves = floor.client.call("stock.move", "search_read", own, ["product_uom_qty"])
    return [move["product_uom_qty"] for move in moves]


def _states(floor, cards):
    rows = floor.client.call("backflush.kanban", "read", cards, ["state"])
    return [row["state"] for row in rows]


def test_two_people_say_that_a_container_is_empty(floor):
    for _time in range(TIMES):
        _cycle, [card] = _loop(floor)
        calls = floor.at_once({ONE: _empty(card), OTHER: _empty(card)})
        assert _outcomes(calls) in ([OK, REFUSED], [OK, OK]), calls
        assert _ordered(floor, [card]) == [QUANTITY]
        assert _states(floor, [card]) == ["in_process"]


def test_a_container_is_said_to_be_empty_while_somebody_else_says_so(floor):
    _cycle, [card] = _loop(floor)
    call = floor.while_held(_empty(card), _empty(card), ONE)
    assert call["outcome"] in (OK, REFUSED), call
    assert len(_ordered(floor, [card])) == 1


def test_two_containers_make_a_minimum_order_together(floor):
    """Each sees one empty container; neither may be left to wait for the other."""
    for _time in range(TIMES):
        _cycle, cards = _loop(floor, count=2, minimum_containers=2)
        calls = floor.at_once({ONE: _empty(cards[0]), OTHER: _empty(cards[1])})
        assert _outcomes(calls) == [OK, OK], calls
        assert _states(floor, cards) == ["in_process"] * 2
        assert _ordered(floor, cards) == [QUANTITY] * 2


def test_of_two_empty_containers_one_is_surplus(floor):
    for _time in range(TIMES):
        cycle, cards = _loop(floor, count=2)
        floor.client.call(
            "backflush.control.cycle", "write", [cycle], {"container_count": 1}
        )
        calls = floor.at_once({ONE: _empty(cards[0]), OTHER: _empty(cards[1])})
        assert _outcomes(calls) == [OK, OK], calls
        left = floor.client.call("backflush.kanban", "search", [("id", "in", cards)])
        assert len(left) == 1
        assert _ordered(floor, cards) == [QUANTITY]


# -- the line --------------------------------------------------------------------------


def _draft(floor):
    """An order of the product with an operation, not released yet."""
    plant = floor.plant
    values = {
        "product_id": plant.products[MADE],
        "bom_id": plant.boms[MADE],
        "product_qty": QUANTITY,
        "picking_type_id": plant.types["mrp_operation"],
    }
    return floor.client.call("mrp.production", "create", values)


def _order_states(floor, orders):
    rows = floor.client.call("mrp.production", "read", orders, ["state"])
    return [row["state"] for row in rows]


def test_two_planners_release_to_a_line_with_room_for_one(floor):
    client = floor.client
    own = [("bom_id", "=", floor.plant.boms[MADE])]
    [operation] = client.call(
        "mrp.routing.workcenter", "search_read", own, ["workcenter_id"]
    )
    values = {
        "name": "Line",
        "workcenter_ids": [(6, 0, [operation["workcenter_id"][0]])],
        "limit": 1,
    }
    limit = client.call("backflush.wip.limit", "create", values)
    for _time in range(TIMES):
        orders = [_draft(floor), _draft(floor)]
        first, second = (
            Press("mrp.production", "action_confirm", order) for order in orders
        )
        calls = floor.at_once({ONE: first, OTHER: second})
        assert _outcomes(calls) == [OK, OK], calls
        assert sorted(_order_states(floor, orders)) == ["confirmed", "draft"]
        [row] = client.call("backflush.wip.limit", "read", [limit], ["load"])
        assert row["load"] == 1
        # When the first one ends, both look at the queue: one releases the other.
        floor.stock(100.0)
        running = orders[_order_states(floor, orders).index("confirmed")]
        waiting = next(order for order in orders if order != running)
        floor.press(complete(running))
        again = Press("mrp.production", "action_confirm", waiting)
        calls = floor.at_once({ONE: again, OTHER: again})
        assert OK in _outcomes(calls), calls
        assert _order_states(floor, [waiting]) == ["confirmed"]
        floor.press(complete(waiting))
    client.call("backflush.wip.limit", "unlink", [limit])
