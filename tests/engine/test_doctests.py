import doctest
import importlib
import pkgutil
import sys

import pytest

import engine

MODULES = [name for _finder, name, _is_package in pkgutil.iter_modules(engine.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings(name):
    module = importlib.import_module(f"engine.{name}")
    result = doctest.testmod(module)
    assert not result.failed


def test_the_engine_has_examples():
    modules = [importlib.import_module(f"engine.{name}") for name in MODULES]
    assert sum(doctest.testmod(module).attempted for module in modules) > len(MODULES)


def test_the_engine_knows_nothing_of_odoo():
    assert not [name for name in sys.modules if name.split(".")[0] == "odoo"]
