from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.numbers import ZERO, rounded
from engine.receipt import Match, Standing, difference, settle

CENT = Decimal("0.01")
KEYS = (None, 1, 2)

quantities = st.decimals(-1000, 1000, places=3).filter(bool)
prices = st.decimals(0, 1000, places=4)


@st.composite
def documents(draw):
    """A receipt or return, a bill or credit note: key and own value."""
    quantity, price, rate = draw(quantities), draw(prices), draw(prices)
    value = rounded(quantity * price, CENT)
    foreign = quantity * rate if draw(st.booleans()) else ZERO
    return draw(st.sampled_from(KEYS)), Standing(quantity, value, foreign)


def post(standings, key, own):
    """Settle and go on from what is left, as the poster does."""
    matches, rest = settle(standings, key, own, CENT)
    changes = [(match.key, match.relief) for match in matches]
    if rest.quantity:
        changes.append((key, rest))
    for some_key, change in changes:
        stands = standings.get(some_key, Standing(ZERO, ZERO))
        standings[some_key] = stands + change
    return matches, rest, changes


histories = st.lists(documents(), max_size=15)


@settings(derandomize=True, max_examples=300)
@given(histories)
def test_nothing_stands_at_no_quantity(history):
    standings = {}
    for key, own in history:
        post(standings, key, own)
        for stands in standings.values():
            assert stands.quantity or stands == Standing(ZERO, ZERO, ZERO)


@settings(derandomize=True, max_examples=300)
@given(histories)
def test_every_document_moves_its_own_quantity_and_money_stays_in_cents(history):
    standings = {}
    for key, own in history:
        _matches, _rest, changes = post(standings, key, own)
        assert sum((c.quantity for _key, c in changes), ZERO) == own.quantity
        assert all(change.amount % CENT == 0 for _key, change in changes)


@settings(derandomize=True, max_examples=300)
@given(histories, documents())
def test_the_parts_of_a_document_are_the_document(history, document):
    standings = {}
    for key, own in history:
        post(standings, key, own)
    key, own = document
    matches, rest = settle(standings, key, own, CENT)
    total = sum((match.own for match in matches), rest)
    assert total == own
    for match in matches:
        assert match.relief.quantity == match.own.quantity


@settings(derandomize=True, max_examples=300)
@given(histories, documents())
def test_nothing_waits_beside_what_would_settle_it(history, document):
    standings = {}
    for key, own in history:
        post(standings, key, own)
    key, own = document
    _matches, rest, _changes = post(standings, key, own)
    for candidate in (key, None) if key else KEYS:
        stands = standings.get(candidate, Standing(ZERO, ZERO))
        assert stands.quantity * rest.quantity >= 0


@settings(derandomize=True, max_examples=300)
@given(documents(), histories)
def test_the_opposite_document_undoes_it(document, history):
    """A return undoes a receipt that nothing has settled, a credit note a bill."""
    standings = {}
    for key, own in history:
        if key != 7:
            post(standings, key, own)
    _key, own = document
    before = dict(standings)
    standings.pop(None, None)
    before.pop(None, None)
    post(standings, 7, own)
    post(standings, 7, -own)
    assert standings.pop(7) == Standing(ZERO, ZERO, ZERO)
    assert standings == before


amounts = st.decimals(-100000, 100000, places=2)


@settings(derandomize=True, max_examples=300)
@given(quantities, amounts, amounts, amounts, amounts)
def test_price_and_exchange_are_the_whole_difference(units, stood, billed, f, g):
    match = Match(1, Standing(units, stood, f), Standing(units, billed, g))
    price, exchange = difference(match, CENT)
    assert price + exchange == billed - stood
    assert price % CENT == 0 and exchange % CENT == 0


@settings(derandomize=True, max_examples=300)
@given(amounts.filter(bool), st.decimals("0.01", 100, places=4))
def test_a_rate_that_moves_is_exchange_a_price_that_moves_is_price(foreign, rate):
    stood = Standing(Decimal(1), rounded(2 * foreign, CENT), foreign)
    same_price = Standing(Decimal(1), rounded(rate * foreign, CENT), foreign)
    price, _exchange = difference(Match(1, stood, same_price), CENT)
    assert price == 0
    dearer = Standing(Decimal(1), rounded(2 * rate * foreign, CENT), rate * foreign)
    _price, exchange = difference(Match(1, stood, dearer), CENT)
    assert abs(exchange) <= CENT
