from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.posting import Posting, Variances, journal, variances

CENT = Decimal("0.01")
amounts = st.decimals(-100000, 100000, places=8)


def balanced(rows):
    """Postings over a few accounts that sum to zero, as every flush does."""
    postings = [Posting("component", account, amount) for account, amount in rows]
    rest = -sum((posting.amount for posting in postings), Decimal(0))
    return [*postings, Posting("usage", "rest", rest)]


entries = st.lists(
    st.tuples(st.sampled_from(["rip", "fg", "cca", "suspense"]), amounts), max_size=12
).map(balanced)


@settings(derandomize=True, max_examples=300)
@given(entries, st.sampled_from([CENT, Decimal(1), Decimal("0.001"), Decimal("0.05")]))
def test_an_entry_balances_in_the_rounding_of_its_currency(postings, step):
    balances, _roundings = journal(postings, step, "rest")
    assert sum(balances.values(), Decimal(0)) == 0
    assert all(balance % step == 0 for balance in balances.values())


@settings(derandomize=True, max_examples=300)
@given(entries)
def test_postings_and_roundings_explain_the_ledger_exactly(postings):
    balances, roundings = journal(postings, CENT, "rest")
    explained = defaultdict(Decimal)
    for posting in [*postings, *roundings]:
        explained[posting.account] += posting.amount
    assert {a: total for a, total in explained.items() if total} == balances


@settings(derandomize=True, max_examples=300)
@given(entries)
def test_rounding_is_less_than_a_cent_but_on_the_account_that_takes_the_rest(postings):
    _balances, roundings = journal(postings, CENT, "rest")
    for rounding in roundings:
        if rounding.account != "rest":
            assert abs(rounding.amount) <= CENT / 2


def test_many_lines_become_one_per_account():
    postings = [
        Posting("component", "rip", Decimal("-0.333")),
        Posting("component", "rip", Decimal("-0.333")),
        Posting("finished", "fg", Decimal("0.666")),
    ]
    balances, _roundings = journal(postings, CENT, "rest")
    assert balances == {"rip": Decimal("-0.67"), "fg": Decimal("0.67")}


def total(parts):
    return parts.standard + parts.scrap + parts.substitution + parts.usage


@settings(derandomize=True, max_examples=300)
@given(amounts, st.none() | amounts, amounts, amounts, amounts, amounts)
def test_variances_leave_no_gap_and_do_not_overlap(
    taken, required, conversion, output, scrap, substitution
):
    parts = variances(taken, required, conversion, output, scrap, substitution)
    assert total(parts) == taken + conversion - output


@settings(derandomize=True, max_examples=300)
@given(amounts, amounts, amounts, amounts, amounts, amounts)
def test_a_recorded_deviation_moves_usage_and_nothing_else(
    taken, required, conversion, output, scrap, substitution
):
    bare = variances(taken, required, conversion, output)
    parts = variances(taken, required, conversion, output, scrap, substitution)
    assert parts.standard == bare.standard
    assert (parts.scrap, parts.substitution) == (scrap, substitution)
    assert parts.usage == bare.usage - scrap - substitution


@settings(derandomize=True, max_examples=300)
@given(amounts, st.none() | amounts, amounts, amounts, amounts)
def test_an_input_price_never_counts_as_anything_else(
    taken, required, conversion, output, price
):
    at_reference = variances(taken, required, conversion, output)
    at_actual = variances(taken + price, required, conversion, output, price=price)
    assert at_actual == at_reference


def test_substitution_and_quantity_of_the_textbook():
    """100 kg of A at 4 are asked; 70 A and 32 B at 5 used, one B for one A."""
    parts = variances(
        taken=Decimal(70 * 4 + 32 * 5),
        required=Decimal(100 * 4),
        conversion=Decimal(0),
        output=Decimal(400),
        substitution=Decimal(32 * 5 - 32 * 4),
    )
    assert parts == Variances(Decimal(0), Decimal(8), Decimal(0), Decimal(32))


@pytest.mark.parametrize(
    ("taken", "required", "output", "expected"),
    [
        (100, 100, 130, (0, 0)),
        (110, 100, 130, (0, 10)),
        (95, 100, 130, (0, -5)),
        (106, 106, 130, (6, 0)),
        (116, 106, 130, (6, 10)),
    ],
)
def test_what_was_planned_is_never_usage(taken, required, output, expected):
    parts = variances(Decimal(taken), Decimal(required), Decimal(30), Decimal(output))
    assert parts == Variances(*map(Decimal, expected))


@pytest.mark.parametrize(
    ("n", "m", "k", "raw", "allocated", "finished"),
    [
        (100000, 19, 12, 1900000, 1200000, 3100000),  # SVC keyboards (Horngren)
        (21000, 25, 20, 525000, 420000, 945000),  # Acton (Horngren)
    ],
)
def test_completion_of_the_textbook(n, m, k, raw, allocated, finished):
    material, conversion = Decimal(n) * m, Decimal(n) * k
    parts = variances(material, material, conversion, material + conversion)
    balances, roundings = journal(
        [
            Posting("finished", "FG", material + conversion),
            Posting("component", "INV", -material),
            Posting("conversion", "CCA", -conversion),
            Posting("usage", "usage", parts.usage),
        ],
        CENT,
        "usage",
    )
    assert balances == {"FG": finished, "INV": -raw, "CCA": -allocated}
    assert not roundings
