"""``rtserver demo``."""

import json
import shlex
import urllib.request
from datetime import UTC, datetime

import pytest

from rtserver.access.actor import Actor
from rtserver.cli.context import opened
from rtserver.cli.demo_school import TALK, ensure_school
from rtserver.cli.users import ADMIN
from rtserver.clock import parse_rfc3339
from rtserver.lessons.requests import LessonPatch
from rtserver.settings.load import load
from tests.rtserver.cli_runs import Cli, serving


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)


def curl(line):
    """Do what curl does with such a line, since it isn't everywhere."""
    program, *options, url = shlex.split(line)
    assert program == "curl"
    pairs = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(text.split(": ") for option, text in pairs if option == "-H")
    (body,) = (text for option, text in pairs if option == "-d")
    request = urllib.request.Request(url, body.encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def states(lesson):
    return {member["state"] for member in lesson["members"]}


def test_the_school_has_people_and_lessons(cli):
    school = cli.value("demo")

    roles = [user["role"] for user in school["users"]]
    assert [roles.count(role) for role in ("admin", "tutor", "student")] == [1, 2, 4]
    assert [states(lesson) for lesson in school["lessons"]] == [
        {"accepted"},
        {"accepted"},
        {"accepted", "invited"},
    ]


def test_one_lesson_is_running_and_one_is_tomorrow(cli):
    running, tomorrow, _ = cli.value("demo")["lessons"]

    now = datetime.now(UTC)
    starts_at, ends_at = (
        parse_rfc3339(running[key]) for key in ("starts_at", "ends_at")
    )
    assert starts_at < now < ends_at
    assert (parse_rfc3339(tomorrow["starts_at"]) - now).days in (0, 1)


def test_a_second_run_changes_nothing_and_gives_a_new_token(cli):
    first = cli.value("demo")
    second = cli.value("demo")

    assert (first.pop("created"), second.pop("created")) == (True, False)
    for fresh in ("token", "curl", "expires_at"):
        assert first.pop(fresh) and second.pop(fresh)
    assert second == first


def test_what_is_missing_after_an_interrupted_run_is_made(cli):
    cli.run("user", "add", "iryna@demo.example", "--name", "Iryna", "--role", "admin")

    school = cli.value("demo")

    assert len(school["users"]) == 7 and len(school["lessons"]) == 3


async def test_what_is_made_again_repeats_no_message(cli):
    async with opened(load(None, cli.environ)) as services:
        lessons = (await ensure_school(services)).lessons
        geometry = LessonPatch(title="Geometry II")
        await services.lessons.patch(ADMIN, lessons[2].id, geometry)
        school = await ensure_school(services)
        olena = Actor(2, "Olena", "tutor")
        chat = await services.chat.history(olena, lessons[0].id, cursor=None, limit=9)

    assert (school.created, len(school.lessons)) == (True, 4)
    assert len(chat.results) == len(TALK)


def test_a_real_school_is_left_alone(cli):
    cli.add_user("Olena")

    done = cli.run("demo")

    assert (done.code, done.out) == (1, "")
    assert "real users" in done.err
    assert len(cli.value("user", "list")) == 1


def test_who_came_after_the_demo_school_is_left_out_and_stops_nothing(cli):
    first = cli.value("demo")
    other = cli.add_user("Olena")
    times = ("--starts", "2030-01-01T10:00:00Z", "--ends", "2030-01-01T11:00:00Z")
    cli.value("lesson", "add", "Fractions", *times, "--tutor", str(other["id"]))

    again = cli.value("demo")

    assert again["created"] is False
    assert (again["users"], again["lessons"]) == (first["users"], first["lessons"])


def test_the_admin_of_init_is_no_real_school(cli):
    cli.add_user("Iryna", role="admin")

    school = cli.value("demo")

    assert (len(school["users"]), len(school["lessons"])) == (7, 3)


def test_a_tutor_who_is_locked_out_gets_no_token(cli):
    cli.value("demo")
    cli.run("user", "deactivate", "olena@demo.example")

    assert cli.value("demo")["token"] is None


def test_a_tutor_who_was_erased_is_made_anew(cli):
    cli.value("demo")
    cli.run("user", "erase", "olena@demo.example", "--yes")

    again = cli.value("demo")

    assert (again["created"], len(again["users"])) == (True, 7)


def test_a_password_that_was_changed_is_not_shown(cli):
    first = cli.run("demo").out
    cli.run("user", "passwd", "2", "--password-stdin", stdin="something else\n")

    again = cli.run("demo").out

    assert "Everybody's password: was changed" not in first
    assert "Everybody's password: was changed" in again


def test_without_hs256_there_are_logins_but_no_token(cli, tmp_path):
    keys = tmp_path / "keys.json"
    key = {"kty": "OKP", "crv": "Ed25519"}
    key["x"] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    keys.write_text(json.dumps({"keys": [key]}))
    cli.set(auth_algorithms="EdDSA", auth_jwks_file=keys)

    school = cli.value("demo")

    assert (school["token"], school["curl"]) == (None, None)
    assert cli.run("demo").code == 0


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"server_host": "0.0.0.0", "server_port": 80}, "http://127.0.0.1:80"),
        ({"server_host": "::"}, "http://[::1]:8080"),
        ({"server_base_url": "https://s.example/rt"}, "https://s.example/rt"),
    ],
)
def test_the_address_is_that_of_the_settings(cli, settings, url):
    cli.set(**settings)

    school = cli.value("demo")

    assert school["url"] == url
    assert school["curl"].endswith(f" {url}/api/chat/messages/")


def test_the_curl_line_posts_a_message_and_the_logins_work(cli):
    with serving(cli) as server:
        school = cli.value("demo", "--base-url", server.url)
        done = cli.run("demo", "--base-url", f"{server.url}/")
        (line,) = (line for line in done.out.splitlines() if line.startswith("curl "))
        assert curl(line)["text"] == "Hello from curl!"

        user = school["users"][3]
        credentials = json.dumps({key: user[key] for key in ("email", "password")})
        json_type = "-H 'Content-Type: application/json'"
        assert "access" in curl(
            f"curl {json_type} -d '{credentials}' {server.url}/api/auth/token/"
        )
