"""Where a command's settings come from."""

from pathlib import Path
from typing import Any

import pytest

from rtserver.cli.context import migrated, opened, unreachable
from rtserver.settings.load import load
from rtserver.settings.model import Settings
from store import users
from store.database import Database
from store.errors import StoreUnavailable
from store.probe import is_there
from tests.rtserver.cli_runs import Cli


@pytest.fixture
def config(tmp_path):
    """A config whose database is elsewhere."""
    path = tmp_path / "config.ini"
    path.write_text(f"[server]\ndata_dir = {tmp_path / 'elsewhere'}\n")
    return path


@pytest.mark.parametrize("before", [True, False])
def test_config_counts_before_and_after_the_command(cli, config, tmp_path, before):
    del cli.environ["RTSERVER_SERVER_DATA_DIR"]
    option = ["--config", config]

    done = cli.run(*option, "migrate") if before else cli.run("migrate", *option)

    assert done.code == 0
    assert (tmp_path / "elsewhere" / "rtserver.db").exists()


def test_config_may_be_named_by_the_environment(cli, config, tmp_path):
    cli.environ = {"RTSERVER_CONFIG": str(config)}

    cli.run("migrate")

    assert (tmp_path / "elsewhere" / "rtserver.db").exists()


def test_an_unreachable_database_is_named_without_its_password(cli):
    cli.set(database_url="postgresql://rt:geheim@127.0.0.1:1/school")

    done = cli.run("migrate")

    assert (done.code, done.out) == (1, "")
    assert "[database] url" in done.err and "refused" in done.err
    assert "geheim" not in done.err and "Traceback" not in done.err


async def test_services_are_opened_over_a_database_that_this_makes(cli: Cli) -> None:
    async with opened(load(None, cli.environ)) as services:
        assert await services.db.read(users.page, after=0, limit=9) == []

    assert (cli.data / "rtserver.db").exists()


async def test_of_a_new_database_it_is_told_what_was_applied(
    io_loop: Any, sqlite_url: str
) -> None:
    settings = Settings()
    told = []
    for _ in range(2):
        async with migrated(Database(sqlite_url), settings) as applied:
            told.append(len(applied))

    assert told[0] > 0 and told[1] == 0


@pytest.mark.parametrize(
    "argv", ["user list", "token 1", "user passwd 1 --password-stdin", "outbox list"]
)
def test_where_there_is_no_school_nothing_is_made_but_by_what_makes(
    cli: Cli, argv: str
) -> None:
    done = cli.run(*argv.split(), stdin="long enough\n")

    assert (done.code, done.out) == (1, "")
    place = f"sqlite:///{cli.data}/rtserver.db"
    assert f"there is no database of rtserver at {place} yet" in done.err
    assert not cli.data.exists()
    cli.add_user("Olena")
    assert cli.run(*argv.split(), stdin="long enough\n").code == 0


@pytest.mark.parametrize("what", ["user", "lesson", "apikey", "outbox"])
def test_a_list_of_a_school_makes_no_secret_beside_it(cli: Cli, what: str) -> None:
    cli.run("migrate")
    before = {path.name for path in cli.data.iterdir()}

    assert cli.value(what, "list") == []

    assert {path.name for path in cli.data.iterdir()} == before


def test_a_dry_run_makes_no_school(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email,name,role\na@x.example,A,tutor\n")

    done = cli.run("import", tmp_path / "people.csv", "--dry-run")

    assert done.code == 1 and "there is no database" in done.err
    assert not cli.data.exists()


def test_an_empty_postgresql_gets_no_tables_by_looking(
    cli: Cli, postgres_url: str
) -> None:
    cli.set(database_url=postgres_url)

    done = cli.run("user", "list")

    assert done.code == 1 and "no database of rtserver at postgresql://" in done.err
    assert not is_there(postgres_url)
    cli.run("migrate")
    assert cli.value("user", "list") == []


def test_what_fails_is_told_in_the_drivers_words_and_with_a_hint() -> None:
    failure = StoreUnavailable("connection refused")

    sentence = unreachable(Settings(), failure)

    assert "can't be opened (connection refused). Start PostgreSQL" in sentence
