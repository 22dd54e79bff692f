"""How stock is valued changes while orders are being completed, in other processes.

A released standard revalues what the ledger holds, a cutover moves it to other
accounts. Neither may see half of a completion, and none may be posted at what was
valid before it: whatever meets whatever, the ledger explains itself afterwards.

The last test takes the turn out. Should it ever find the ledger explained, those
before it prove nothing.
"""

import datetime
import itertools

import pytest

from .floor import (
    ACCOUNTANT,
    AT_COMPLETION,
    OPERATORS,
    complete,
    open_floor,
)
from .people import OK, Press

TIMES = 3
"""How often they meet at one moment."""
PRICES = itertools.count(2)
SETS = itertools.cycle(["purchase_sale", "purchase_completion_sale"])


@pytest.fixture(scope="module")
def floor():
    with open_floor() as floor:
        yield floor


def _release(floor):
    """A standard of another price for a component, ready to be released."""
    price = float(next(PRICES))
    values = {
        "product_id": floor.plant.components[AT_COMPLETION],
        "material_level": price,
        "material": price,
    }
    [version] = floor.client.call("backflush.standard.cost", "create", [values])
    return Press("backflush.standard.cost", "action_release", version)


def _cut_over(floor):
    """Other trigger points for the plant's policy, ready to be posted."""
    model = "backflush.costing.policy"
    own = [("company_id", "=", floor.client.company)]
    [policy] = floor.client.call(model, "search", own, limit=1)
    values = {"policy_id": policy, "kind": "change", "trigger_set": next(SETS)}
    [cutover] = floor.client.call("backflush.cutover", "create", [values])
    return Press("backflush.cutover", "action_post", cutover)


CHANGES = pytest.mark.parametrize("change", [_release, _cut_over])


@CHANGES
def test_it_changes_while_an_order_is_being_completed(floor, change):
    order, _operation = floor.new_order()
    call = floor.while_held(complete(order), change(floor), ACCOUNTANT)
    assert call["outcome"] == OK, call
    floor.assert_proven()


@CHANGES
def test_an_order_is_completed_while_it_is_being_changed(floor, change):
    order, _operation = floor.new_order()
    call = floor.while_held(change(floor), complete(order), OPERATORS[0])
    assert call["outcome"] == OK, call
    floor.assert_proven()


@CHANGES
def test_it_changes_at_the_moment_of_two_completions(floor, change):
    for _time in range(TIMES):
        orders = [floor.new_order()[0] for _operator in OPERATORS]
        buttons = dict(zip(OPERATORS, map(complete, orders), strict=True))
        calls = floor.at_once({**buttons, ACCOUNTANT: change(floor)})
        assert [call["outcome"] for call in calls] == [OK] * 3, calls
        floor.assert_proven()


def test_two_closes_settle_a_balance_once(floor):
    """Of two people who close different days, the second finds it settled."""
    model = "backflush.period.close"
    today = datetime.date.today()
    yesterday = today - datetime.timedelta(days=1)
    account = floor.incur(60.0, yesterday)
    first, second = floor.client.call(
        model, "create", [{"date": str(yesterday)}, {"date": str(today)}]
    )
    call = floor.while_held(
        Press(model, "action_post", first),
        Press(model, "action_post", second),
        ACCOUNTANT,
    )
    assert call["outcome"] == OK, call
    assert floor.balance(account) == 0.0


def test_without_the_turn_the_ledger_explains_itself_no_more(floor):
    """A completion that saw the old standard is posted at it after the release."""
    floor.assert_proven()
    order, _operation = floor.new_order()
    with floor.without_turn() as client:
        floor.meanwhile(_release(floor), complete(order), client)
    assert floor.differences()
