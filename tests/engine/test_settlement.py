from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.settlement import apportion, settle

CENT = Decimal("0.01")
money = st.decimals(-10_000_000, 10_000_000, places=2)
weights = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.decimals(-1000, 1_000_000, places=4),
    min_size=1,
    max_size=6,
)


@given(total=money, weights=weights)
def test_shares_sum_to_the_whole_to_the_cent(total, weights):
    shares = apportion(total, weights, CENT)
    assert sum(shares.values()) == total
    assert set(shares) == set(weights)


@given(total=money, weights=weights)
def test_no_share_is_more_than_a_cent_off(total, weights):
    whole = sum(max(weight, 0) for weight in weights.values())
    if not whole:
        return
    for key, part in apportion(total, weights, CENT).items():
        exact = total * max(weights[key], 0) / whole
        assert abs(part - exact) <= CENT


@given(
    control=money, allocated=money, sold=weights, stock=st.decimals(0, 10**6, places=2)
)
def test_a_settlement_balances_and_empties_both_accounts(
    control, allocated, sold, stock
):
    result = settle(control, allocated, sold, stock)
    assert control + result.control == 0
    assert allocated + result.allocated == 0
    lines = result.control, result.allocated, *result.sold.values(), result.stock
    assert sum(lines) == 0


def test_acton_to_cost_of_goods_sold():
    """Horngren, Acton: 440,000 incurred, 420,000 allocated; 20,000 to cost of sales."""
    result = settle(Decimal(440000), Decimal(-420000), {"cogs": Decimal(1)})
    assert result.sold == {"cogs": Decimal(20000)}
    assert not result.stock
