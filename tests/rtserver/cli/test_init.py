"""``rtserver init``."""

import json
import os
import stat

import pytest

from rtserver.settings.load import load
from tests.rtserver.cli_runs import Process

ADMIN = ("--admin-email", "ada@example.org")


@pytest.fixture
def init(cli, tmp_path):
    """The command, with its config in the test's folder."""
    return ("init", "--config", tmp_path / "config.ini", *ADMIN)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_the_config_holds_a_fresh_secret_for_its_owner_alone(cli, init, tmp_path):
    assert cli.run(*init).code == 0

    config = tmp_path / "config.ini"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert len(load(str(config), {}).auth.secret.reveal()) >= 48
    assert files(tmp_path) == ["config.ini"]


def test_the_admin_signs_in_with_the_password_that_is_shown_once(cli, init):
    value = cli.value(*init)

    assert (value["admin"]["role"], value["admin"]["name"]) == ("admin", "Admin")
    assert len(value["password"]) >= 16
    assert cli.value("user", "list") == [value["admin"]]


def test_a_password_that_was_given_is_not_shown(cli, init):
    given = "correct horse"

    done = cli.run(*init, "--password-stdin", stdin=f"{given}\n")

    assert done.code == 0
    assert given not in done.out + done.err and "Password" not in done.out


def test_a_config_that_is_there_is_kept(cli, init, tmp_path):
    (tmp_path / "config.ini").write_text("mine")

    done = cli.run(*init)

    assert (done.code, done.out) == (1, "")
    assert "--force" in done.err
    assert (tmp_path / "config.ini").read_text() == "mine"


def test_force_replaces_the_config_and_keeps_the_admin(cli, init, tmp_path):
    first = cli.value(*init)
    before = (tmp_path / "config.ini").read_text()

    again = cli.value(*init, "--force")

    assert (again["admin"], again["password"]) == (first["admin"], None)
    assert (tmp_path / "config.ini").read_text() != before


def test_somebody_elses_address_is_not_made_admin(cli, init, tmp_path):
    cli.add_user("Ada", "student")

    done = cli.run(*init)

    assert done.code == 1
    assert "is no active admin" in done.err
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "argv", [("init",), ("init", "--admin-email", "nobody"), ("init", *ADMIN)]
)
def test_what_cannot_work_writes_nothing(cli, tmp_path, argv):
    cli.set(database_url=f"sqlite:///{tmp_path}")

    done = cli.run(*argv, "--config", tmp_path / "config.ini")

    assert done.code in (1, 2) and done.err
    assert files(tmp_path) == []


def test_without_terminal_nothing_has_to_be_given(cli, tmp_path):
    done = cli.run("init", "--config", tmp_path / "config.ini", "--json")

    assert (done.code, json.loads(done.out)["admin"]["email"]) == (
        0,
        "admin@example.com",
    )
    assert json.loads(done.out)["password"]


def test_a_disk_without_room_is_told_and_no_draft_is_left(cli, init, tmp_path):
    done = cli.run_within(0, *init)

    assert done.code == 1
    assert f"{tmp_path / 'config.ini'} can't be written" in done.err
    assert files(tmp_path) == []


def test_a_folder_that_is_missing_is_told(cli, tmp_path):
    done = cli.run("init", "--config", tmp_path / "no" / "config.ini", *ADMIN)

    assert done.code == 1
    assert "There is no folder" in done.err


ADDRESS, NAME = "address [admin@example.com]: ", "Name [Admin]: "


def at_a_terminal(cli, tmp_path, *answers):
    """Return the exit code, and what was said, after these answers to questions."""
    person, program = os.openpty()
    argv = ("--config", str(tmp_path / "config.ini"), "init")
    with Process(cli, *argv, stdin=program, start_new_session=True) as process:
        for question, typed in answers:
            process.wait_for(question)
            os.write(person, typed)
        code = process.ended()
    os.close(person)
    os.close(program)
    return code, process.out.read_text() + process.log


def test_at_a_terminal_what_is_missing_is_asked_for(cli, tmp_path):
    code, said = at_a_terminal(
        cli,
        tmp_path,
        (ADDRESS, b"ada@example.org\n"),
        (NAME, b"Ada\n"),
        ("make one): ", b"\n"),
    )

    assert code == 0, said
    assert "Ada <ada@example.org>" in said


def test_at_a_terminal_what_is_wrong_is_asked_for_again(cli, tmp_path):
    again = "8 to 256 characters, please. Once more.\nPassword (empty: make one): "
    code, said = at_a_terminal(
        cli,
        tmp_path,
        (ADDRESS, b"ada\n"),
        ("Once more, please.\nThe admin's e-mail " + ADDRESS, b"ada@example.org\n"),
        (NAME, b"Ada\n"),
        ("make one): ", b"short\n"),
        (again, b"correct horse\n"),
        ("Again: ", b"correct horse\n"),
    )

    assert code == 0, said
    assert "such as olena@school.example. Once more" in said
    assert "Ada <ada@example.org>" in said and "shown only now" not in said


def test_ctrl_d_is_no_answer(cli, tmp_path):
    code, said = at_a_terminal(cli, tmp_path, (ADDRESS, b"\n"), (NAME, b"\x04"))

    assert code == 2 and "The input ended" in said
    assert not (tmp_path / "config.ini").exists()
