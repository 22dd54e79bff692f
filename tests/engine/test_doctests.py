import doctest

import pytest

from engine import (
    allocation,
    deviation,
    numbers,
    posting,
    receipt,
    rollup,
    shift,
    tolerance,
)

MODULES = [
    *(allocation, deviation, numbers, posting),
    *(receipt, rollup, shift, tolerance),
]


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_the_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_the_engine_knows_nothing_of_odoo():
    import sys

    assert not [name for name in sys.modules if name.split(".")[0] == "odoo"]
