"""Migrations: from nothing, twice at once, and from the future."""

import asyncio
from datetime import UTC, datetime

import pytest

from store import (
    migrate,
    models,
    models_accounts,
    models_attendance,
    models_boards,
    models_held,
    models_mail,
    models_schedule,
)
from store.database import Database
from store.engine import open_engine
from store.errors import SchemaError
from store.models import User
from store.models_accounts import NameWord

MODELS = (
    *models.MODELS,
    *models_accounts.MODELS,
    *models_attendance.MODELS,
    *models_mail.MODELS,
    *models_boards.MODELS,
    *models_held.MODELS,
    *models_schedule.MODELS,
)


async def test_two_processes_that_start_at_once_migrate_once(
    empty_database_url: str,
) -> None:
    databases = [Database(empty_database_url) for _ in range(2)]

    applied = await asyncio.gather(*(database.open() for database in databases))

    assert sorted(map(len, applied)) == [0, len(migrations())]
    for database in databases:
        await database.close()


def migrations() -> list[str]:
    return sorted(path.stem for path in migrate.DIRECTORY.glob("0*.py"))


def test_migrations_make_the_tables_and_columns_of_the_models(
    empty_database_url: str,
) -> None:
    engine = open_engine(empty_database_url, pool_size=1)
    assert migrate.pending(engine) == migrations()
    migrate.up(engine)

    with engine.connection_context():
        for model in MODELS:
            table = model._meta.table_name
            made = {(column.name, column.null) for column in engine.get_columns(table)}
            wanted = {
                (field.column_name, field.null) for field in model._meta.sorted_fields
            }
            assert made == wanted, table
    assert migrate.pending(engine) == []
    engine.close_all()


def test_database_of_a_newer_program_is_refused(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url, pool_size=1)
    migrate.up(engine)
    with engine.connection_context():
        engine.execute_sql(
            "INSERT INTO schema_migrations (name, applied) "
            "VALUES ('9999_future', '2030-01-01')"
        )

    with pytest.raises(SchemaError, match="newer than this program"):
        migrate.up(engine)
    engine.close_all()


def test_answers_to_an_api_keys_requests_are_its_own_where_its_name_is(
    empty_database_url: str,
) -> None:
    engine = open_engine(empty_database_url, pool_size=1)
    migrate.up(engine)
    with engine.connection_context():
        for number, name in enumerate(["portal", "twins", "twins"], 1):
            engine.execute_sql(
                "INSERT INTO api_keys (name, digest, created_at) "
                f"VALUES ('{name}', '{number}', 0)"
            )
        for owner in ("key:portal", "key:twins", "key:gone", "user:1"):
            engine.execute_sql(
                "INSERT INTO idempotency_keys (owner, key, answer, created_at) "
                f"VALUES ('{owner}', 'k', '{{}}', 0)"
            )
        engine.execute_sql(
            "DELETE FROM schema_migrations WHERE name = '0006_api_key_ids'"
        )

    assert migrate.up(engine) == ["0006_api_key_ids"]

    with engine.connection_context():
        kept = engine.execute_sql("SELECT owner FROM idempotency_keys ORDER BY owner")
        assert [owner for (owner,) in kept] == ["api_key:1", "user:1"]
    engine.close_all()


def test_people_of_before_are_found_by_the_words_that_their_names_have_now(
    empty_database_url: str,
) -> None:
    engine = open_engine(empty_database_url, pool_size=1)
    migrate.up(engine)
    with engine.connection_context(), engine.bind_ctx((User, NameWord)):
        for id, name in enumerate(["Ann O'Neil", "Erased"], 1):
            insert_user(id, name)
        NameWord.insert(word=b"ann o'neil", user=1).execute()
        engine.execute_sql(
            "DELETE FROM schema_migrations WHERE name = '0014_parted_names'"
        )

        assert migrate.up(engine) == ["0014_parted_names"]

        found = {(row.user_id, bytes(row.word)) for row in NameWord.select()}
    assert found == {(1, b"ann o'neil"), (1, b"o'neil"), (1, b"neil")}
    engine.close_all()


def insert_user(id: int, name: str) -> None:
    User.insert(
        **{"id": id, "name": name, "email": f"{id}@example.org", "email_key": str(id)},
        **{"role": "tutor", "locale": "en", "timezone": "UTC"},
        created_at=datetime.now(UTC),
    ).execute()


def test_every_number_of_postgresql_has_64_bits(postgres_url: str) -> None:
    engine = open_engine(postgres_url, pool_size=1)
    migrate.up(engine)

    with engine.connection_context():
        narrow = engine.execute_sql(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN ('integer', 'smallint') "
            "AND table_name <> 'schema_migrations' ORDER BY 1, 2"
        ).fetchall()
    assert narrow == []
    engine.close_all()
