"""Cases of the textbooks and the figures on which they end."""

from typing import NamedTuple

SETS = ("purchase_completion_sale", "purchase_sale", "completion_sale", "sale")


class Case(NamedTuple):
    """P purchases, K conversion incurred, m and k standards, n made, s sold."""

    purchases: float
    incurred: float
    material: float
    conversion: float
    made: float
    sold: float


class Books(NamedTuple):
    """What the ledger says under one trigger set.

    :param raw: materials, on the account that this set keeps them on
    :param finished: finished goods
    :param sold: cost of goods sold before the close
    :param allocated: conversion allocated before the close
    :param final: cost of goods sold after it
    """

    raw: float
    finished: float
    sold: float
    allocated: float
    final: float


# Horngren, Silicon Valley Computer: keyboards.
SVC = Case(1950000, 1260000, 19, 12, 100000, 99000)
# Horngren, Acton.
ACTON = Case(550000, 440000, 25, 20, 21000, 20000)
# Hansen & Mowen: everything made is sold, labour 25,000 and overhead 225,000.
HANSEN = Case(160000, 25000 + 225000, 16, 23.5, 10000, 10000)

COMPLETED = ("purchase_completion_sale", "completion_sale")


def _both(with_completion, without):
    """The books of all sets: what differs is whether a completion is journalised."""
    return {
        trigger_set: with_completion if trigger_set in COMPLETED else without
        for trigger_set in SETS
    }


CASES = {
    SVC: _both(
        Books(50000.0, 31000.0, 3069000.0, 1200000.0, 3129000.0),
        Books(69000.0, 0.0, 3069000.0, 1188000.0, 3141000.0),
    ),
    ACTON: _both(
        Books(25000.0, 45000.0, 900000.0, 420000.0, 920000.0),
        Books(50000.0, 0.0, 900000.0, 400000.0, 940000.0),
    ),
    HANSEN: _both(
        Books(0.0, 0.0, 395000.0, 235000.0, 410000.0),
        Books(0.0, 0.0, 395000.0, 235000.0, 410000.0),
    ),
}
