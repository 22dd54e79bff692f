import doctest

import pytest

from engine import allocation, deviation, numbers, posting, rollup


@pytest.mark.parametrize("module", [allocation, deviation, numbers, posting, rollup])
from engine import allocation, numbers, posting, rollup, tolerance


@pytest.mark.parametrize("module", [allocation, numbers, posting, rollup, tolerance])
def test_examples_in_the_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_the_engine_knows_nothing_of_odoo():
    import sys

    assert not [name for name in sys.modules if name.split(".")[0] == "odoo"]
