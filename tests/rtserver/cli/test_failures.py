"""What fails is told in a sentence, with an exit code."""

import pytest

from rtserver.cli.console import UsageError
from rtserver.cli.context import Failed
from rtserver.cli.failures import FAILED, USAGE, explain
from rtserver.errors import NotFound
from rtserver.settings.errors import SettingsError
from rtserver.settings.load import load
from store.errors import StoreUnavailable


def test_all_mistakes_in_the_settings_are_told_and_exit_2(cli):
    cli.set(server_port="80a", server_hots="x")

    done = cli.run("user", "list")

    assert (done.code, done.out) == (2, "")
    assert "2 mistakes" in done.err
    assert "[server] port" in done.err and "RTSERVER_SERVER_HOST" in done.err


def test_an_unusable_key_is_a_mistake_in_the_settings(cli, tmp_path):
    (tmp_path / "key.pem").write_text("no key")
    cli.set(auth_algorithms="RS256", auth_public_key_file=tmp_path / "key.pem")

    done = cli.run("user", "add", "a@example.org", "--name", "A", "--role", "tutor")

    assert done.code == 2
    assert "[auth] public_key_file" in done.err


def test_a_folder_that_cannot_be_made_is_a_sentence(cli, tmp_path):
    (tmp_path / "file").write_text("")
    cli.set(database_url=f"sqlite:///{tmp_path}/file/school.db")

    done = cli.run("migrate")

    assert done.code == 1
    assert "file can't be used" in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (EOFError(), USAGE, "input ended before the answer"),
        (UsageError("There is no such role."), USAGE, "There is no such role."),
        (NotFound(), FAILED, NotFound.default),
        (Failed("Stop every server first."), FAILED, "Stop every server first."),
        (StoreUnavailable("could not connect"), FAILED, "[database] url: "),
        (PermissionError(13, "denied", "/x"), FAILED, "/x can't be used: denied."),
        (
            OSError(28, "No space", "/x"),
            FAILED,
            "/x can't be written: the disk is full",
        ),
        (OSError(28, "No space left"), FAILED, "The system refuses this: No space"),
    ],
)
def test_each_kind_of_failure_has_its_sentence_and_code(
    error: Exception, code: int, told: str
) -> None:
    found, sentence = explain(error)

    assert found == code
    assert told in sentence and "Traceback" not in sentence


def test_what_nobody_expected_names_its_place_and_quotes_nothing() -> None:
    try:
        raise LookupError("olena@school.example")
    except LookupError as error:
        code, sentence = explain(error)

    assert code == FAILED
    assert "LookupError" in sentence and "test_failures.py" in sentence
    assert "olena" not in sentence


def test_one_mistake_is_not_told_as_several() -> None:
    with pytest.raises(SettingsError) as wrong:
        load(None, {"RTSERVER_SERVER_PORT": "80a"})

    assert explain(wrong.value)[1].startswith("there is a mistake in the settings:\n")
