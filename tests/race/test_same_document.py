"""Two people at the same document, in processes of their own.

Each pair meets once in a forced order (the first has not committed when the second
presses), in both orders where they differ, and several times at one moment. Whatever
happens, the document takes effect once and the second one is told so.
"""

import threading
import time

import pytest

from .floor import (
    AT_COMPLETION,
    AT_FINISH,
    AT_START,
    OPERATORS,
    PLENTY,
    QUANTITY,
    SUPERVISORS,
    complete,
    finish,
    open_floor,
    retry,
    start,
    take_back,
)
from .people import OK, REFUSED, Press
from .scene import HOLD

TIMES = 4
"""How often a pair presses at one moment."""
ONE, OTHER = OPERATORS
CHIEF, DEPUTY = SUPERVISORS


@pytest.fixture(scope="module")
def floor():
    with open_floor() as floor:
        yield floor


def _outcomes(calls):
    return sorted(call["outcome"] for call in calls)


# -- starting and finishing ------------------------------------------------------------


def _check_once(floor, order, trigger, component):
    """One report, its component issued once; then the order is completed."""
    reports = floor.confirmations(order, trigger)
    assert [report["quantity"] for report in reports] == [QUANTITY]
    assert floor.left(component) == PLENTY - QUANTITY
    floor.press(complete(order))
    assert floor.left(component) == PLENTY - QUANTITY
    floor.assert_proven()


def test_an_operation_is_being_started(floor):
    order, operation = floor.new_order()
    call = floor.while_held(start(operation), start(operation), ONE)
    assert call["outcome"] == OK, call
    _check_once(floor, order, "start", AT_START)


def test_two_stations_start_an_operation(floor):
    for _time in range(TIMES):
        order, operation = floor.new_order()
        calls = floor.at_once({ONE: start(operation), OTHER: start(operation)})
        assert _outcomes(calls) == [OK, OK], calls
        _check_once(floor, order, "start", AT_START)


def test_somebody_else_ships_what_a_start_fills_in(floor):
    """Not what it issues, but what core fills in with it: the start takes its turn.

    Else Odoo would run the call again and again, and give up at the fifth time.
    """
    order, operation = floor.new_order()
    delivery = floor.delivery(AT_COMPLETION, 8.0)
    shipped = Press("stock.picking", "button_validate", delivery)
    call = floor.while_held(shipped, start(operation), ONE)
    assert call["outcome"] == OK, call
    assert floor.runs(start(operation)) == 1
    floor.press(complete(order))
    assert floor.left(AT_COMPLETION) == PLENTY - 8.0 - QUANTITY
    floor.assert_proven()


def test_an_operation_is_being_finished(floor):
    order, operation = floor.new_order()
    call = floor.while_held(finish(operation), finish(operation), ONE)
    assert call["outcome"] == OK, call
    _check_once(floor, order, "operation", AT_FINISH)


def test_two_stations_finish_an_operation(floor):
    for _time in range(TIMES):
        order, operation = floor.new_order()
        floor.press(start(operation))
        calls = floor.at_once({ONE: finish(operation), OTHER: finish(operation)})
        assert _outcomes(calls) == [OK, OK], calls
        _check_once(floor, order, "operation", AT_FINISH)


# -- finishing and completing ----------------------------------------------------------


def _check_done(floor, order):
    """Every component left once, whoever was first."""
    [row] = floor.client.call("mrp.production", "read", [order], ["state"])
    assert row["state"] == "done"
    for component in range(3):
        assert floor.left(component) == PLENTY - QUANTITY
    assert len(floor.confirmations(order, "completion")) == 1
    assert len(floor.confirmations(order, "operation")) <= 1
    floor.assert_proven()


def test_an_order_is_completed_while_its_operation_is_being_finished(floor):
    order, operation = floor.new_order()
    call = floor.while_held(finish(operation), complete(order), ONE)
    assert call["outcome"] == OK, call
    assert len(floor.confirmations(order, "operation")) == 1
    _check_done(floor, order)


def test_an_operation_is_finished_while_its_order_is_being_completed(floor):
    order, operation = floor.new_order()
    call = floor.while_held(complete(order), finish(operation), ONE)
    assert call["outcome"] == OK, call
    assert not floor.confirmations(order, "operation")
    _check_done(floor, order)


def test_one_finishes_the_operation_another_completes_the_order(floor):
    for _time in range(TIMES):
        order, operation = floor.new_order()
        calls = floor.at_once({ONE: finish(operation), OTHER: complete(order)})
        assert _outcomes(calls) == [OK, OK], calls
        _check_done(floor, order)


# -- taking back -----------------------------------------------------------------------


def _reported(floor, trigger):
    """An order, and its only report of this kind."""
    order, operation = floor.new_order()
    floor.press(finish(operation) if trigger == "operation" else complete(order))
    [report] = floor.confirmations(order, trigger)
    return order, report["id"]


def _check_returned(floor, order, trigger):
    """All of it came back, once; an open order can be completed after all."""
    [report] = floor.confirmations(order, trigger)
    assert (report["state"], report["reversed_quantity"]) == ("reversed", QUANTITY)
    assert floor.left(AT_FINISH) == PLENTY
    if trigger == "operation":
        floor.press(complete(order))
        assert floor.left(AT_FINISH) == PLENTY - QUANTITY
    floor.assert_proven()


def _check_told(call):
    assert call["outcome"] == REFUSED, call
    assert call["text"].startswith("Reversed already"), call


@pytest.mark.parametrize("trigger", ["operation", "completion"])
def test_a_report_is_being_taken_back(floor, trigger):
    order, report = _reported(floor, trigger)
    _check_told(floor.while_held(take_back(report), take_back(report), CHIEF))
    _check_returned(floor, order, trigger)


@pytest.mark.parametrize("trigger", ["operation", "completion"])
def test_two_people_take_a_report_back(floor, trigger):
    for _time in range(TIMES):
        order, report = _reported(floor, trigger)
        calls = floor.at_once({CHIEF: take_back(report), DEPUTY: take_back(report)})
        assert _outcomes(calls) == [OK, REFUSED], calls
        _check_told(next(call for call in calls if call["outcome"] == REFUSED))
        _check_returned(floor, order, trigger)


# -- taking back and working off -------------------------------------------------------


def _parked(floor, trigger):
    """A report that found one piece of four; now there are plenty."""
    order, operation = floor.new_order()
    floor.stock(1.0)
    floor.press(finish(operation) if trigger == "operation" else complete(order))
    [report] = floor.confirmations(order, trigger)
    error = next(row["id"] for row in floor.errors(order))
    floor.stock(PLENTY)
    return order, report["id"], error


def _check_settled(floor, order, trigger):
    """Nothing waits, and what was issued came back, the late pieces included."""
    [report] = floor.confirmations(order, trigger)
    assert (report["state"], report["reversed_quantity"]) == ("reversed", QUANTITY)
    assert not any(row["quantity_open"] for row in floor.errors(order))
    assert floor.left(AT_FINISH) == PLENTY + 1.0
    if trigger == "operation":
        floor.press(complete(order))
    floor.assert_proven()


def _check_closed(call):
    assert call["outcome"] == REFUSED, call
    assert call["text"].startswith("Closed already"), call


@pytest.mark.parametrize("trigger", ["operation", "completion"])
def test_a_record_is_retried_while_its_report_is_being_taken_back(floor, trigger):
    order, report, error = _parked(floor, trigger)
    _check_closed(floor.while_held(take_back(report), retry(error), CHIEF))
    _check_settled(floor, order, trigger)


@pytest.mark.parametrize("trigger", ["operation", "completion"])
def test_a_report_is_taken_back_while_its_record_is_being_retried(floor, trigger):
    order, report, error = _parked(floor, trigger)
    call = floor.while_held(retry(error), take_back(report), CHIEF)
    assert call["outcome"] == OK, call
    _check_settled(floor, order, trigger)


@pytest.mark.parametrize("trigger", ["operation", "completion"])
def test_one_takes_back_another_retries(floor, trigger):
    for _time in range(TIMES):
        order, report, error = _parked(floor, trigger)
        back, again = take_back(report), retry(error)
        calls = floor.at_once({CHIEF: back, DEPUTY: again})
        by_kind = {call["kind"]: call for call in calls}
        assert by_kind[back.method]["outcome"] == OK, calls
        if by_kind[again.method]["outcome"] != OK:
            _check_closed(by_kind[again.method])
        _check_settled(floor, order, trigger)


def test_stock_is_counted_while_somebody_retries_in_vain(floor):
    """The count works the records off, and is entered once: the attempt is noted on
    them by whoever had the turn before."""
    order, _operation = floor.new_order()
    floor.stock(1.0)
    floor.press(complete(order))
    lacking = [row["id"] for row in floor.errors(order)]
    floor.holder.start()
    floor.holder.run("backflush.error", "action_retry", lacking)
    counts, before = [], floor.runs_of("stock.quant.action_apply_inventory")
    count = threading.Thread(target=lambda: counts.append(floor.count(5.0)))
    count.start()
    time.sleep(HOLD)
    assert not counts, "the count did not wait"
    floor.holder.end()
    count.join(60)
    assert counts
    assert floor.runs_of("stock.quant.action_apply_inventory") == before + 1
    assert {row["state"] for row in floor.errors(order)} == {"resolved"}
    assert [floor.left(component) for component in range(3)] == [5.0] * 3
    floor.assert_proven()
