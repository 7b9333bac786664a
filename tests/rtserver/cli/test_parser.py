"""The command line's arguments."""

from typing import Any

import pytest

from rtserver.cli.parser import build_parser


@pytest.mark.parametrize(
    "argv",
    [
        ["sevre"],
        ["user"],
        ["user", "add", "a@example.org", "--name", "A", "--role", "boss"],
        ["serve", "--port", "99999"],
        ["token", "1", "--ttl", "-5"],
        ["token", "1", "--ttl", "nan"],
        ["lesson", "add", "T", "--starts", "now", "--ends", "later"],
        ["migrate", "--forc"],
    ],
)
def test_a_wrong_command_line_exits_2_with_usage_on_stderr(cli, argv):
    done = cli.run(*argv)

    assert (done.code, done.out) == (2, "")
    assert "usage: rtserver" in done.err


def parsed(*argv: str) -> Any:
    return build_parser().parse_args(argv)


@pytest.mark.parametrize(
    "argv", [["--json", "user", "list"], ["user", "list", "--json"]]
)
def test_what_is_common_counts_wherever_it_stands(argv: list[str]) -> None:
    args = parsed(*argv)

    assert (args.command, args.json, args.config) == ("user list", True, None)


def test_arguments_come_as_what_they_mean() -> None:
    assert parsed("apikey", "revoke", "7").id == 7
    assert parsed("serve", "--port", "0").port == 0
    assert parsed("outbox", "retry").ids == []
    times = ("--starts", "2026-12-01T12:00:00+02:00", "--ends", "2026-12-01T11:00:00Z")
    lesson = parsed("lesson", "add", "Algebra", *times, "--tutor", "1", "--tutor", "2")
    assert (lesson.starts.hour, lesson.tutors, lesson.students) == (10, ["1", "2"], [])
    assert lesson.starts < lesson.ends


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["serve", "--port", "99999"], "argument --port: "),
        (["apikey", "revoke", "0"], "argument ID: "),
        (["top", "--url", "ftp://x"], "such as http://127.0.0.1:8080"),
        (["token", "1", "--ttl", "inf"], "a number of seconds above 0"),
    ],
)
def test_what_is_wrong_is_named_in_our_words(
    argv: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parsed(*argv)

    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "sentence"),
    [("serve", "Run the server until SIGTERM."), ("backup", "of an SQLite database.")],
)
def test_help_keeps_the_capitals_of_names(cli, command: str, sentence: str) -> None:
    assert sentence in cli.run(command, "--help").out
