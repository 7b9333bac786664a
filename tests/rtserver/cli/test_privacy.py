"""``rtserver user export|erase`` as somebody at a terminal meets them."""

import os
import zipfile

import pytest

from tests.rtserver.cli_runs import Cli, Process


@pytest.fixture
def cli(tmp_path):
    cli = Cli(tmp_path)
    cli.add_user("olena")
    return cli


@pytest.fixture
def terminal():
    """The two ends of a terminal: the person's and the program's."""
    person, program = os.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def erased_at(cli, terminal, typed):
    """Erase Olena at a terminal, where an address is typed; give code and log."""
    person, program = terminal
    with Process(cli, "user", "erase", "1", stdin=program) as process:
        process.wait_for("type their e-mail address")
        os.write(person, typed)
        return process.ended(), process.log


def names(cli):
    return [user["name"] for user in cli.value("user", "list")]


def test_at_a_terminal_the_address_is_asked_for(cli, terminal):
    code, _ = erased_at(cli, terminal, b"Olena@Example.org\n")

    assert code == 0
    assert names(cli) == ["Deleted user"]


def test_another_address_erases_nothing_and_locks_nobody_out(cli, terminal):
    code, log = erased_at(cli, terminal, b"taras@example.org\n")

    assert code == 1
    assert "nothing was erased" in log
    assert cli.value("user", "list")[0]["is_active"] is True


def test_what_was_done_is_told_without_the_name(cli):
    done = cli.run("user", "erase", "olena@example.org", "--yes")

    assert (done.code, done.err) == (0, "")
    assert "User 1 is erased" in done.out
    assert "olena" not in done.out


def test_an_unknown_user_is_a_failure(cli):
    for action in (("export", "9"), ("erase", "9", "--yes")):
        done = cli.run("user", *action)
        assert (done.code, "There is no user 9" in done.err) == (1, True)


def test_an_export_lies_where_one_is_unless_told_otherwise(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    done = cli.value("user", "export", "olena@example.org")

    assert done["file"] == "rtserver-user-1.zip"
    with zipfile.ZipFile(tmp_path / "rtserver-user-1.zip") as archive:
        assert archive.testzip() is None


def test_an_export_into_a_folder_that_is_not_there_is_explained(cli, tmp_path):
    done = cli.run("user", "export", "1", tmp_path / "nowhere" / "x.zip")

    assert done.code == 1
    assert "can't be used" in done.err
