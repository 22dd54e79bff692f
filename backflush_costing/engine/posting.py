"""The journal entry of a flush, from quantities at standard.

A flush is a list of :class:`Posting`: unrounded amounts, debit positive, that
sum to zero. :func:`journal` turns the postings of any number of flushes into one
entry in the currency's rounding and says, per account, what the rounding did.
"""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .numbers import ZERO, rounded


@dataclass(frozen=True)
class Posting:
    """One line of the subledger.

    :param kind: why the amount is posted: ``finished``, ``component``,
        ``suspense``, ``conversion``, ``usage``, ``scrap``, ``substitution``,
        ``standard``, ``rounding``, …
    :param account: the ledger account
    :param amount: unrounded, debit positive, in the company's currency
    :param quantity: signed quantity that the amount stands for, in the
        product's unit of measure
    :param source: what the caller links the line to
    """

    kind: str
    account: Hashable
    amount: Decimal
    quantity: Decimal = ZERO
    source: Any = None


@dataclass(frozen=True)
class Variances:
    """What separates the inputs of a completion from its output at standard.

    ``standard``: the finished good's standard is older than its bill of
    materials or than the standards of its components. ``usage``: more or less
    was taken than the bill of materials asks for. ``scrap``: what was recorded as
    scrapped beyond the plan. ``substitution``: what approved substitutes cost more
    than what they stand for. Debit (unfavourable) positive.
    """

    standard: Decimal
    usage: Decimal
    scrap: Decimal = ZERO
    substitution: Decimal = ZERO


def variances(
    taken, required, conversion, output, scrap=ZERO, substitution=ZERO, price=ZERO
):
    """Partition the variance of a completion without overlap.

    :param taken: components issued or parked, at their standards, or at their actual
        cost
    :param required: what the bill of materials asks for, at the same standards;
        ``None`` where nothing was required anew (corrections, work-off)
    :param conversion: conversion cost allocated by this completion
    :param output: finished goods and by-products received, at their standards
    :param scrap: of ``taken``, what was recorded as scrapped
    :param substitution: of ``taken - required``, the recorded substitutes less the
        components that they stand for
    :param price: of ``taken``, what components at actual cost cost more than the
        prices that everything else is measured at; it has lines of its own

    The parts and ``price`` add up to ``taken + conversion - output``, whatever
    happened. Asked are 100 of A at 4; 70 of A and 32 of B at 5 were used, B in place of
    A one for one:

    >>> parts = variances(Decimal(440), Decimal(400), Decimal(30), Decimal(428),
    ...                   substitution=32 * (Decimal(5) - Decimal(4)))
    >>> parts.substitution, parts.usage, parts.standard
    (Decimal('32'), Decimal('8'), Decimal('2'))
    """
    taken -= price
    if required is None:
        rest = taken + conversion - output - scrap - substitution
        return Variances(ZERO, rest, scrap, substitution)
    usage = taken - required - scrap - substitution
    return Variances(required + conversion - output, usage, scrap, substitution)


def journal(postings, step, residual):
    """Merge ``postings`` into the balanced lines of one journal entry.

    :param step: rounding of the currency, such as ``Decimal("0.01")``
    :param residual: account that takes the cent by which the rounded lines of a
        balanced entry may fail to balance
    :return: ``(balances, roundings)``: rounded balance per account, zero
        balances left out, and one ``rounding`` posting per account whose posted
        balance differs from the exact one. Postings and roundings together sum,
        per account, to exactly what the ledger shows.

    >>> lines = [Posting("a", 1, Decimal("0.333")), Posting("b", 2, Decimal("-0.333"))]
    >>> journal(lines, Decimal("0.01"), 3)[0]
    {1: Decimal('0.33'), 2: Decimal('-0.33')}
    """
    sums = defaultdict(lambda: ZERO)
    for posting in postings:
        sums[posting.account] += posting.amount
    balances = {account: rounded(total, step) for account, total in sums.items()}
    surplus = sum(balances.values(), ZERO) - rounded(sum(sums.values(), ZERO), step)
    if surplus:
        balances[residual] = balances.get(residual, ZERO) - surplus
    roundings = [
        Posting("rounding", account, balance - sums[account])
        for account, balance in balances.items()
        if balance != sums[account]
    ]
    return {account: bal for account, bal in balances.items() if bal}, roundings
