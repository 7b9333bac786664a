"""``rtserver lesson``."""

import pytest

from tests.rtserver.cli_runs import Cli

FRACTIONS = (
    "lesson", "add", "Fractions",
    "--starts", "2026-12-01T12:00:00+02:00", "--ends", "2026-12-01T11:00:00Z",
)  # fmt: skip


@pytest.fixture
def cli(tmp_path):
    cli = Cli(tmp_path)
    for name, role in (("Olena", "tutor"), ("Sofia", "student"), ("Taras", "student")):
        cli.add_user(name, role)
    return cli


def test_members_of_a_new_lesson_have_accepted(cli):
    students = ("--student", "2", "taras@example.org")

    lesson = cli.value(*FRACTIONS, "--tutor", "olena@example.org", *students)

    assert (lesson["id"], lesson["title"]) == (1, "Fractions")
    assert lesson["starts_at"] == "2026-12-01T10:00:00Z"
    assert [
        (member["user_id"], member["role"], member["state"])
        for member in lesson["members"]
    ] == [
        (1, "tutor", "accepted"),
        (2, "student", "accepted"),
        (3, "student", "accepted"),
    ]


def test_an_option_may_be_given_again_for_another_member(cli):
    lesson = cli.value(*FRACTIONS, "--student", "2", "--student", "3")

    assert [member["user_id"] for member in lesson["members"]] == [2, 3]


def test_an_unknown_member_is_a_failure_and_adds_nothing(cli):
    done = cli.run(*FRACTIONS, "--tutor", "9")

    assert (done.code, done.out) == (1, "")
    assert cli.value("lesson", "list") == []


def test_a_lesson_that_ends_before_it_starts_is_refused(cli):
    done = cli.run(
        "lesson",
        "add",
        "T",
        "--starts",
        "2026-12-01T10:00:00Z",
        "--ends",
        "2026-12-01T09:00:00Z",
    )

    assert done.code == 1
    assert "ends_at" in done.err


def test_lessons_are_listed_as_http_shows_them(cli):
    lesson = cli.value(*FRACTIONS, "--tutor", "1")

    assert cli.value("lesson", "list") == [lesson]
    assert "Fractions" in cli.run("lesson", "list").out
