import doctest
import importlib
import pkgutil

import pytest

import engine

MODULES = [name for _finder, name, _is_package in pkgutil.iter_modules(engine.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_docstrings_are_true(name):
    module = importlib.import_module(f"engine.{name}")
    assert doctest.testmod(module).failed == 0
