import os

from freezegun import freeze_time

from odoo.tests import tagged

from .walk_two_plants import TwoPlantsCommon

# A few short ones with fixed seeds here; ``setup/bench sequences`` runs hundreds.
SEQUENCES = int(os.environ.get("BACKFLUSH_SEQUENCES", 5))
STEPS = int(os.environ.get("BACKFLUSH_STEPS", 12))
FIRST = int(os.environ.get("BACKFLUSH_SEED", 1))


class WalkCases:
    """Whatever happens in whatever order: the ledger is explained to the cent."""


def _sequence(seed):
    """A test of its own per seed: each begins in the plant as it was set up."""

    def test(self):
        self._walk(seed, STEPS)

    test.__doc__ = f"Random sequence {seed} is proven after every step."
    return test


for _seed in range(FIRST, FIRST + SEQUENCES):
    setattr(WalkCases, f"test_sequence_{_seed}", _sequence(_seed))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestWalkPurchaseCompletionSale(WalkCases, TwoPlantsCommon):
    """All three events are trigger points."""


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestWalkPurchaseSale(WalkCases, TwoPlantsCommon):
    """No entry at the completion."""

    trigger_set = "purchase_sale"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestWalkCompletionSale(WalkCases, TwoPlantsCommon):
    """Bills go to the clearing account."""

    trigger_set = "completion_sale"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestWalkSale(WalkCases, TwoPlantsCommon):
    """Everything is made up for at the sale."""

    trigger_set = "sale"
