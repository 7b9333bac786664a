"""``rtserver demo``: how to get in."""

import json
import shlex
import sqlite3
import urllib.request

import pytest

from tests.patience import PATIENCE
from tests.rtserver.cli_runs import serving


def curl(line):
    """Do what curl does with such a line, since it isn't everywhere."""
    program, *options, url = shlex.split(line)
    assert program == "curl"
    pairs = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(text.split(": ") for option, text in pairs if option == "-H")
    (body,) = (text for option, text in pairs if option == "-d")
    request = urllib.request.Request(url, body.encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


def test_a_tutor_who_is_locked_out_gets_no_token(cli):
    cli.value("demo")
    cli.run("user", "deactivate", "olena@demo.example")

    assert cli.value("demo")["token"] is None


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

    assert (school["token"], school["curl"], school["invited"]) == (None, None, None)
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


def test_two_links_open_the_page_signed_in(cli):
    school = cli.value("demo")
    text = cli.run("demo").out

    assert list(school["links"]) == ["Олена Шевченко", "Тарас Бондар"]
    for link in school["links"].values():
        assert link.startswith("http://127.0.0.1:8080/#demo=ey")
    assert text.count("/#demo=") == 2


@pytest.mark.parametrize(
    "settings",
    [{"server_base_url": "https://school.example"}, {"web_enabled": "false"}],
)
def test_elsewhere_and_without_the_page_there_are_no_links(cli, settings):
    cli.set(**settings)

    assert cli.value("demo")["links"] == {}


def test_a_student_who_is_locked_out_gets_no_link(cli):
    cli.value("demo")
    cli.run("user", "deactivate", "taras@demo.example")

    assert list(cli.value("demo")["links"]) == ["Олена Шевченко"]


DAY = 86_400_000_000  # microseconds


def test_a_demo_of_yesterday_has_a_lesson_that_is_on(cli):
    first = cli.value("demo")["lessons"][0]
    with sqlite3.connect(cli.data / "rtserver.db") as database:
        database.execute(
            "update lessons set starts_at = starts_at - ?, ends_at = ends_at - ?"
            " where id = ?",
            [DAY, DAY, first["id"]],
        )

    again = cli.value("demo")["lessons"][0]

    assert again["id"] == first["id"]
    assert again["ends_at"] >= first["ends_at"]
