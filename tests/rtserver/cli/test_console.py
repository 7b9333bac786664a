"""What a command prints, and where."""

import io
import sys

import pytest

from rtserver.cli.console import Console, UsageError, table
from rtserver.input.text import clean_email
from tests.rtserver.cli_runs import Process


def test_names_appear_escaped_where_they_cannot_be_shown(cli):
    cli.value("user", "add", "o@example.org", "--name", "Олена", "--role", "tutor")
    cli.environ["PYTHONIOENCODING"] = "ascii"
    with Process(cli, "user", "list") as process:
        assert process.ended() == 0, process.log
    assert r"\u041e\u043b" in process.out.read_text()


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> Console:
    """Return a console at which somebody has typed this."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return Console(json=False)


def test_enter_alone_gives_the_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    console = typed(monkeypatch, "\n Olena \n")

    assert [console.ask("Name", "Admin"), console.ask("Name", "Admin")] == [
        *("Admin", "Olena")
    ]
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Name [Admin]: Name [Admin]: ")


def test_what_is_unfit_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    console = typed(monkeypatch, "nobody\nolena@school.example\n")

    assert console.ask("E-mail", clean=clean_email) == "olena@school.example"
    assert "Once more, please." in capsys.readouterr().err


def test_an_input_that_ends_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EOFError):
        typed(monkeypatch, "").ask("Name", "Admin")
    with pytest.raises(UsageError, match="no password on stdin"):
        typed(monkeypatch, "\n").password_from_stdin()


def test_a_password_from_a_script_keeps_its_spaces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert typed(monkeypatch, " two  words \r\nmore").password_from_stdin() == (
        " two  words "
    )


@pytest.mark.parametrize("json", [True, False])
def test_the_answer_alone_is_on_stdout(
    capsys: pytest.CaptureFixture[str], json: bool
) -> None:
    console = Console(json=json)
    console.tell("Key 1, shown only now:")
    console.answer({"id": 1}, "rk_secret")

    said = capsys.readouterr()
    assert said.out == ('{"id":1}\n' if json else "rk_secret\n")
    assert said.err == "Key 1, shown only now:\n"


def test_columns_are_as_wide_as_what_is_in_them() -> None:
    text = table(("ID", "NAME"), [(1, "Olena"), (12, "Ю")])

    assert text.splitlines() == ["ID  NAME", "1   Olena", "12  Ю"]
