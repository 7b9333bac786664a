"""``rtserver migrate``."""

import sqlite3
from contextlib import closing

from store.exclusive import ServerLock
from tests.rtserver.cli_runs import Cli


def test_migrate_names_what_it_applied(cli):
    assert "0001_foundation" in cli.value("migrate")["applied"]
    assert cli.value("migrate") == {"applied": []}
    assert cli.run("migrate").out == "The database is up to date.\n"


def epoch_of(cli: Cli) -> str:
    with closing(sqlite3.connect(cli.data / "rtserver.db")) as database:
        query = "SELECT value FROM facts WHERE name = 'epoch'"
        [[epoch]] = database.execute(query)
    return str(epoch)


def test_a_new_epoch_is_stored_and_told(cli: Cli) -> None:
    cli.run("migrate")
    before = epoch_of(cli)

    value = cli.value("migrate", "--new-epoch")

    assert value == {"applied": [], "epoch": epoch_of(cli)}
    assert value["epoch"] != before


def test_with_a_new_epoch_links_to_choose_a_password_by_end(cli: Cli) -> None:
    cli.add_user("Olena")
    cli.value("user", "link", "1")

    cli.value("migrate", "--new-epoch")

    with closing(sqlite3.connect(cli.data / "rtserver.db")) as database:
        assert database.execute("SELECT * FROM password_links").fetchall() == []


def test_the_epoch_stays_while_a_server_runs(cli: Cli) -> None:
    cli.run("migrate")
    before = epoch_of(cli)
    lock = ServerLock(f"sqlite:///{cli.data / 'rtserver.db'}", shared=False)
    lock.take()

    refused = cli.run("migrate", "--new-epoch")
    lock.release()

    assert (refused.code, refused.out) == (1, "")
    assert "Stop every one first" in refused.err
    assert epoch_of(cli) == before
