"""``rtserver user``: adding, listing, new passwords, locking out."""

import os
import signal

import pytest

from tests.rtserver.cli_runs import Process

OLENA = ("user", "add", "olena@example.org", "--name", "Олена", "--role", "tutor")


@pytest.fixture
def terminal():
    """The two ends of a terminal: the person's and the program's."""
    person, program = os.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def test_a_user_is_added_as_http_shows_them(cli):
    user = cli.value(*OLENA, "--locale", "uk", "--timezone", "Europe/Kyiv")

    assert user == {
        "id": 1,
        "email": "olena@example.org",
        "name": "Олена",
        "role": "tutor",
        "locale": "uk",
        "timezone": "Europe/Kyiv",
        "is_active": True,
    }


def test_an_id_can_be_chosen_but_not_taken(cli):
    assert cli.value(*OLENA, "--id", "77")["id"] == 77

    done = cli.run("user", "add", "p@example.org", *OLENA[3:], "--id", "77")

    assert (done.code, done.out) == (1, "")
    assert "There is a user 77 already" in done.err


def test_a_taken_address_is_refused(cli):
    cli.value(*OLENA)

    done = cli.run("user", "add", "OLENA@example.org", *OLENA[3:])

    assert done.code == 1
    assert "another user has this address" in done.err


@pytest.mark.parametrize(
    ("argv", "stdin", "told"),
    [
        (("--password-stdin",), "short\n", "password: 8 to 256"),
        (("--password-stdin",), "", "no password on stdin"),
        (("--timezone", "Mars/Olympus"), "", "timezone"),
    ],
)
def test_what_a_user_cannot_have_is_told(cli, argv, stdin, told):
    done = cli.run(*OLENA, *argv, stdin=stdin)

    assert done.code in (1, 2)
    assert told in done.err


def test_without_terminal_and_option_there_is_no_password(cli):
    assert "They have no password" in cli.run(*OLENA).out
    given = cli.run(
        "user",
        "add",
        "p@example.org",
        *OLENA[3:],
        "--password-stdin",
        stdin="correct horse\n",
    )
    assert "no password" not in given.out


@pytest.mark.parametrize(("role", "warned"), [("admin", 1), ("tutor", 0)])
def test_an_admin_without_a_password_is_warned_of(cli, role, warned):
    done = cli.run(*OLENA[:-1], role, "--json")

    assert (done.code, done.value["role"]) == (0, role)
    assert done.err.count("rtserver user passwd 1 --password-stdin") == warned


def test_who_was_locked_out_is_let_in_again(cli):
    cli.value(*OLENA)
    cli.value("user", "deactivate", "1")

    assert cli.value("user", "activate", "olena@example.org")["is_active"] is True


def test_a_role_is_changed_but_not_the_last_admins(cli):
    cli.add_user("Olena", "admin")
    cli.add_user("Petro", "tutor")

    last = cli.run("user", "role", "1", "tutor")
    changed = cli.value("user", "role", "2", "admin")

    assert last.code == 1 and "last active admin" in last.err
    assert changed["role"] == "admin"
    assert cli.value("user", "role", "1", "student")["role"] == "student"
    assert cli.run("user", "role", "1", "boss").code == 2


def test_more_users_than_a_page_are_listed(cli):
    for number in range(3):
        cli.add_user(f"user{number}")

    assert [user["id"] for user in cli.value("user", "list")] == [1, 2, 3]
    assert "user2@example.org" in cli.run("user", "list").out


def test_a_deactivated_user_is_shown_as_such(cli):
    cli.value(*OLENA)

    assert cli.value("user", "deactivate", "Olena@Example.org")["is_active"] is False
    assert "deactivated" in cli.run("user", "list").out


def test_an_unknown_user_is_a_failure(cli):
    cli.run("migrate")

    for user in ("9", "nobody@example.org", "99999999999999999999"):
        done = cli.run("user", "deactivate", user)
        assert done.code == 1
        assert f"There is no user {user}" in done.err


def test_a_new_password_needs_one(cli):
    cli.value(*OLENA)

    assert cli.run("user", "passwd", "1").code == 2
    assert cli.value("user", "passwd", "1", "--password-stdin", stdin="long enough\n")


def test_at_a_terminal_the_password_is_asked_for_unseen_and_twice(cli, terminal):
    person, program = terminal
    with Process(cli, *OLENA, stdin=program, start_new_session=True) as process:
        for question, typed in (("Password", b"secret one\n"), ("Again", b"other\n")):
            process.wait_for(question)
            os.write(person, typed)
        process.wait_for("aren't the same. Once more, please.\nPassword")
        process.signal(signal.SIGINT)

        assert process.ended() == 130
    assert "secret" not in process.log and "Traceback" not in process.log
    assert "secret" not in process.out.read_text()
