"""A migrated database of each kind, in which no test of a query commits anything."""

import shutil
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from store.engine import begin_write, open_engine
from store.transaction import Transaction
from tests.services import Postgres


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def migrated_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a database with nothing in its tables, once of each kind."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("store")
        template = request.getfixturevalue("migrated_sqlite")
        return f"sqlite:///{shutil.copy(template, folder / 'rtserver.db')}"
    server: Postgres = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("migrated_postgres")
    # Both folders that use this have a session of it, in one worker.
    return server.create_database(f"store_{uuid4().hex}", template=template)


@pytest.fixture(scope="session")
def engine(migrated_url: str) -> Iterator[Any]:
    """A pool of connections to that database."""
    engine = open_engine(migrated_url, pool_size=3)
    yield engine
    engine.close_all()


@pytest.fixture
def tx(engine: Any) -> Iterator[Transaction]:
    """A writing transaction, of which nothing is left after the test."""
    with engine.connection_context():
        begin_write(engine)
        yield Transaction(engine)
        engine.rollback()
