from hypothesis import given
from hypothesis import strategies as st

from engine.staging import Demand, uncovered, whole_packs

quantity = st.decimals(min_value=0, max_value=10_000, places=3)
pack = st.decimals(min_value="0.001", max_value=500, places=3)


@given(st.lists(quantity), quantity)
def test_what_is_missing_is_what_is_needed_less_what_is_there(needs, available):
    demands = [Demand(number, need) for number, need in enumerate(needs)]
    missing = uncovered(demands, available)
    assert sum(d.quantity for d in missing) == max(sum(needs) - available, 0)


@given(st.lists(quantity), quantity)
def test_the_most_urgent_order_is_covered_first(needs, available):
    demands = [Demand(number, need) for number, need in enumerate(needs)]
    short = [demand.order for demand in uncovered(demands, available)]
    # From the first one that is short, nobody after it gets anything.
    for demand in demands[short[0] + 1 :] if short else ():
        assert demand.order in short or not demand.quantity


@given(quantity, pack)
def test_packs_are_whole_enough_and_not_one_more(need, size):
    brought = whole_packs(need, size)
    assert brought % size == 0
    assert need <= brought < need + size
