"""A migrated database of each kind, in which no test of a query commits anything."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from store import migrate
from store.engine import begin_write, open_engine
from store.transaction import Transaction
from tests.services import Postgres


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def migrated_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a database with all tables, once of each kind."""
    name = f"store_{uuid.uuid4().hex}"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('store') / name}.db"
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        url = server.create_database(name)
    engine = open_engine(url, pool_size=1)
    migrate.up(engine)
    engine.close_all()
    return url


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
