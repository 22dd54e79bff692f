"""Pytest fixtures for the tests that cross the addon's border."""

import pytest

from .contract import Facts, OdooServer, clone_database, drop_database


@pytest.fixture(scope="session")
def backflush():
    """The facts of the prepared environment."""
    return Facts.from_environ()


@pytest.fixture(scope="session")
def odoo_server(backflush):
    """A running server with the demo plant on a database of its own."""
    database = clone_database(backflush.demo_database, "server")
    try:
        with OdooServer(database, backflush) as running:
            yield running
    finally:
        drop_database(database, backflush)


@pytest.fixture
def demo_copy(backflush):
    """A fresh copy of the demo plant's database for one test."""
    database = clone_database(backflush.demo_database, "demo")
    yield database
    drop_database(database, backflush)


@pytest.fixture
def companions_copy(backflush):
    """A fresh copy of the database with the companions for one test."""
    database = clone_database(backflush.companions_database, "companions")
    yield database
    drop_database(database, backflush)


@pytest.fixture
def bare_copy(backflush):
    """A fresh copy of the database without demo data for one test."""
    database = clone_database(backflush.bare_database, "bare")
    yield database
    drop_database(database, backflush)
